import type { ProblemError } from "../client/api";
import { type LocalText, local } from "../language";

const PREFIX = "urn:wellness:";

const REQUEST: LocalText = {
  ja: "この画面から送った内容を、受け付けられませんでした。画面を開き直して、もう一度お試しください。",
  en: "What this page sent was not taken. Please open the page anew and try again.",
};
const SIGNATURE: LocalText = {
  ja: "機器の署名を確かめられませんでした。",
  en: "The device's signature could not be verified.",
};
const FILE: LocalText = {
  ja: "このファイルは読み込めませんでした。もう一度作り直してから、お試しください。",
  en: "This file could not be read. Please make it anew and try again.",
};
const BUSY: LocalText = {
  ja: "いま混み合っているか、つながりにくくなっています。少し待ってから、もう一度お試しください。",
  en: "The service is busy or out of reach at the moment. Please wait a little and try again.",
};
const TOO_MUCH: LocalText = {
  ja: "一度に送られた操作が多すぎました。少し待ってから、もう一度お試しください。",
  en: "Too much was sent at once. Please wait a little and try again.",
};
const GONE: LocalText = {
  ja: "見つかりませんでした。画面を開き直してください。",
  en: "It was not found. Please open the page anew.",
};
const NOT_YOURS: LocalText = {
  ja: "この画面を使う権限がありません。",
  en: "You may not use this page.",
};
const OURS: LocalText = {
  ja: "こちらの不具合です。記録しましたので、しばらくしてからもう一度お試しください。",
  en: "The fault is ours and is noted. Please try again later.",
};

/**
 * What each kind of problem is called on the pages, by the API's code for it. A page that knows more says it better; the
 * API's own sentence is for developers, in English, and is shown on no page.
 */
const WORDS: Record<string, LocalText> = {
  account_missing: { ja: "会員番号を入れてください。", en: "Please enter your member number." },
  account_not_needed: {
    ja: "この品目に会員番号はいりません。",
    en: "This item needs no member number.",
  },
  already_cancelled: { ja: "もう取り消してあります。", en: "It is cancelled already." },
  already_confirmed: { ja: "もう受け取り済みです。", en: "It was picked up already." },
  body_too_large: { ja: "送る内容が大きすぎます。", en: "What was sent is too large." },
  broken_encoding: REQUEST,
  busy: BUSY,
  class_not_open: { ja: "この教室は、いま受け付けていません。", en: "This class is not open now." },
  client: REQUEST,
  confirmed_at_pickup: {
    ja: "品物をお渡しするときに、職員が確定します。受け取り番号をお見せください。",
    en: "Staff confirm it when they hand it out; show them the pick-up code.",
  },
  draw_exists: {
    ja: "同じ記号の抽選がもうあります。",
    en: "There is a draw of that code already.",
  },
  head_too_large: {
    ja: "ブラウザーに保存された情報が大きすぎます。このサイトのCookieを消してから、もう一度お試しください。",
    en: "Your browser sends too much with each call. Please clear this site's cookies and try again.",
  },
  hold_lapsed: {
    ja: "受け取りの期限を過ぎ、ポイントはお戻ししました。",
    en: "It was not picked up in time; the points were given back.",
  },
  idempotency_key_reused: REQUEST,
  in_a_team: { ja: "もうチームに入っています。", en: "You are in a team already." },
  in_no_team: { ja: "どのチームにも入っていません。", en: "You are in no team." },
  internal_error: OURS,
  internal_server: OURS,
  invalid_choice: {
    ja: "この順番は保存できません。画面を開き直してください。",
    en: "This order cannot be kept. Please open the page anew.",
  },
  invalid_class: {
    ja: "教室の日時をお確かめください。",
    en: "Please check the times of the class.",
  },
  invalid_codes: {
    ja: "クーポンコードの一覧をお確かめください。",
    en: "Please check the list of codes.",
  },
  invalid_draw: { ja: "抽選の内容をお確かめください。", en: "Please check the draw." },
  invalid_import: FILE,
  invalid_item: { ja: "品目の内容をお確かめください。", en: "Please check the item." },
  invalid_request: REQUEST,
  invalid_span: { ja: "期間をお確かめください。", en: "Please check the span of days." },
  invalid_upload: {
    ja: "この記録は受け付けられません。内容をお確かめください。",
    en: "These records cannot be taken. Please check them.",
  },
  limit_reached: {
    ja: "お一人で交換できる回数を使い切りました。",
    en: "You have reached the limit for one person.",
  },
  malformed_body: REQUEST,
  malformed_request: REQUEST,
  method_not_allowed: REQUEST,
  needs_checkup: {
    ja: "今年度の健診を受けた方が交換できます。",
    en: "For those who had this fiscal year's health checkup.",
  },
  nested_too_deeply: REQUEST,
  no_codes: { ja: "クーポンコードがありません。", en: "There are no codes." },
  no_such_draw: { ja: "この抽選はありません。", en: "There is no such draw." },
  no_such_lottery: { ja: "このくじはありません。", en: "There is no such lottery." },
  no_such_winner: { ja: "この当せんはありません。", en: "There is no such winner." },
  no_units: { ja: "この品目に在庫の数はありません。", en: "This item has no stock to count." },
  not_authorized: { ja: "もう一度ログインしてください。", en: "Please sign in once more." },
  not_computed: {
    ja: "まだ集計していません。地区を登録すると集計が始まり、その後は毎日1回集計します。",
    en: "Not worked out yet. It is, once a day, as soon as the city has zones.",
  },
  not_found: GONE,
  no_route_match_found: GONE,
  nothing_to_settle: {
    ja: "この期間に、精算していない交換はありません。",
    en: "Nothing on these days is still to be settled.",
  },
  too_much_to_settle: {
    ja: "この期間は件数が多すぎます。期間を短くしてください。",
    en: "Too much was confirmed on these days: settle fewer days at a time.",
  },
  not_offered: { ja: "いまは交換できません。", en: "Not offered at the moment." },
  outdated_sentence: {
    ja: "同意の文が新しくなりました。画面を開き直して、お読みください。",
    en: "The sentence has changed. Please open the page anew and read it.",
  },
  overloaded: BUSY,
  part_differs: {
    ja: "途中まで送ったファイルとは、別のファイルのようです。",
    en: "This does not seem to be the file that was sent in part.",
  },
  permission_denied: NOT_YOURS,
  public_value_refused: {
    ja: "この抽選に、公開の値は入れられません。",
    en: "This draw does not take a public value.",
  },
  repeated_parameter: REQUEST,
  service_unavailable: BUSY,
  signature_bad_signature: SIGNATURE,
  signature_digest_mismatch: SIGNATURE,
  signature_expired: SIGNATURE,
  signature_malformed: SIGNATURE,
  signature_missing: SIGNATURE,
  signature_not_covered: SIGNATURE,
  signature_replayed: SIGNATURE,
  signature_unknown_key: SIGNATURE,
  sold_out: { ja: "なくなりました。", en: "None left." },
  target_too_long: REQUEST,
  team_full: { ja: "このチームは、もういっぱいです。", en: "This team is full." },
  still_under_way: BUSY,
  too_few_points: { ja: "ポイントが足りません。", en: "You do not have enough points." },
  too_many_at_once: TOO_MUCH,
  too_many_connections: BUSY,
  too_many_imports: {
    ja: "前のファイルの取り込みが終わってから、もう一度お試しください。",
    en: "Please try again once the file before has been imported.",
  },
  too_many_parameters: REQUEST,
  too_many_pipelined: TOO_MUCH,
  too_many_requests: BUSY,
  too_many_streams: {
    ja: "開いている画面が多すぎます。ほかのタブを閉じてから、もう一度お試しください。",
    en: "Too many pages are open. Please close some tabs and try again.",
  },
  too_many_tries: {
    ja: "番号のまちがいが続きました。1時間ほどたってから、もう一度お試しください。",
    en: "Too many codes were tried. Please try again in about an hour.",
  },
  too_old: { ja: "年齢の上限をこえています。", en: "You are too old for this item." },
  too_slow: {
    ja: "通信に時間がかかりすぎました。電波のよいところで、もう一度お試しください。",
    en: "Sending took too long. Please try again where the connection is better.",
  },
  too_young: { ja: "年齢の下限に達していません。", en: "You are too young for this item." },
  unavailable: BUSY,
  units_taken: {
    ja: "もう交換された数より少なくはできません。",
    en: "It cannot be fewer than have been redeemed.",
  },
  unknown_item: { ja: "この品目はありません。", en: "There is no such item." },
  unknown_parameter: REQUEST,
  unsupported_encoding: REQUEST,
  unsupported_type: FILE,
  upload_contended: BUSY,
  version_exists: { ja: "この版はもうあります。", en: "That version exists already." },
  wrong_class_code: {
    ja: "この番号は、いまどの画面にも出ていません。",
    en: "This code is on no screen now.",
  },
  wrong_code: {
    ja: "この番号では入れませんでした。",
    en: "That code did not work.",
  },
  wrong_shape: {
    ja: "入れた内容の形がちがいます。お確かめください。",
    en: "What was entered does not fit. Please check it.",
  },
  wrong_team_code: { ja: "この番号のチームはありません。", en: "No team has this code." },
  code_replaced: {
    ja: "新しい番号の紙をお渡ししたため、この番号は使えなくなりました。新しい紙の番号を入れてください。",
    en: "A newer paper was printed, and this code ended with it. Please enter the newer code.",
  },
  too_many_devices: {
    ja: "この番号は、決められた台数の端末で使われています。ほかの端末でログアウトするか、窓口で新しい番号を受け取ってください。",
    en: "This code is in use on as many devices as it may be. Sign out on one, or ask for a new code.",
  },
  cross_site: {
    ja: "別のサイトからの操作は受け付けられません。このページを開き直して、もう一度お試しください。",
    en: "Calls from another site are not taken. Please open this page again and retry.",
  },
  impossible_value: {
    ja: "保存できない値がありました。入力した内容をお確かめください。",
    en: "A value cannot be kept. Please check what you entered.",
  },
};

/** Said of a problem that this page does not know, such as one of a newer server. The code is for whoever is asked. */
const UNKNOWN: LocalText = {
  ja: "うまくいきませんでした。しばらくしてから、もう一度お試しください。",
  en: "That did not work. Please try again later.",
};

/** What went wrong, in the language on show. */
export function problemWords({ type, status }: ProblemError): string {
  const code = type.startsWith(PREFIX) ? type.slice(PREFIX.length) : "";
  const words = WORDS[code] ?? (status >= 500 ? BUSY : undefined);
  return words ? local(words) : `${local(UNKNOWN)} (${[status, code].filter(Boolean).join(" ")})`;
}
