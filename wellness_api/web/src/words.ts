// Every word of the pages. Longer than 300 lines would be fine here: it is a table, and one place is the point of it.
import { type Language, language } from "./language";

type Word = string | ((...parts: never[]) => string);

/** English needs one and many; Japanese does not. */
const many = (count: string, one: string, more: string): string =>
  `${count} ${count === "1" ? one : more}`;

const words = {
  appName: { ja: "健康ポイント", en: "Health points" },
  otherLanguageName: { ja: "English", en: "日本語" },
  signOut: { ja: "ログアウト", en: "Sign out" },
  loading: { ja: "読み込んでいます…", en: "Loading…" },
  tryAgain: { ja: "もう一度ためす", en: "Try again" },

  signInTitle: { ja: "ようこそ", en: "Welcome" },
  signInHelp: {
    ja: "窓口で受け取った紙に印刷されている番号を入れてください。",
    en: "Enter the code printed on the paper you were given at the counter.",
  },
  signInCode: { ja: "紙の番号", en: "Code on the paper" },
  signInButton: { ja: "はじめる", en: "Start" },
  signingIn: { ja: "確認しています…", en: "Checking…" },
  signInWrongCode: {
    ja: "この番号では入れませんでした。紙の番号をもう一度お確かめください。",
    en: "That code did not work. Please check the code on the paper once more.",
  },
  signInEmpty: { ja: "番号を入れてください。", en: "Please enter the code." },
  signInLost: {
    ja: "紙をなくしたときは、窓口で新しい番号をお渡しします。",
    en: "If you have lost the paper, the counter will give you a new code.",
  },

  problemTitle: { ja: "うまくいきませんでした", en: "Something went wrong" },
  problemUnknown: {
    ja: "画面を表示できませんでした。もう一度お試しください。",
    en: "The page could not be shown. Please try again.",
  },
  problemOffline: {
    ja: "つながりませんでした。電波やWi-Fiをお確かめください。",
    en: "No connection. Please check your signal or Wi-Fi.",
  },
  noPageForRole: {
    ja: "この番号の方のための画面はありません。",
    en: "There is no page for this kind of account.",
  },

  today: { ja: "今日", en: "Today" },
  stepsUnit: { ja: "歩", en: "steps" },
  stepsShort: { ja: "歩", en: " steps" },
  greeting: { ja: (name: string) => `${name}さん`, en: (name: string) => name },
  stepsToNextPoint: {
    ja: (steps: string, points: string) => `あと${steps}歩で、${points}ポイントもらえます。`,
    en: (steps: string, points: string) =>
      `${many(steps, "more step", "more steps")} and you earn ${many(points, "point", "points")}.`,
  },
  walkMinutes: {
    ja: (minutes: string) => `歩いて約${minutes}分です。`,
    en: (minutes: string) => `That is a walk of about ${many(minutes, "minute", "minutes")}.`,
  },
  allPointsEarned: {
    ja: "今日もらえるポイントは、すべてもらいました。おつかれさまでした。",
    en: "You have earned all of today's points. Well done.",
  },
  noStepsYet: {
    ja: "今日の歩数はまだ届いていません。届くと、ここに出ます。",
    en: "Today's steps have not arrived yet. They appear here when they do.",
  },
  pointsToday: { ja: "今日のポイント", en: "Points today" },
  walletBalance: { ja: "ためたポイント", en: "Your points" },
  pointsUnit: { ja: "ポイント", en: "points" },
  pointsArrived: {
    ja: (points: string) => `今日のポイントが${points}になりました。`,
    en: (points: string) => `You now have ${many(points, "point", "points")} today.`,
  },
  owed: {
    ja: (points: string) =>
      `歩数の記録が直されたため、${points}ポイントがあとで差し引かれます。次にもらうポイントから引かれるので、何もしなくて大丈夫です。`,
    en: (points: string) =>
      `Your step record was corrected, so ${many(points, "point", "points")} will be taken from the next points you earn. You do not need to do anything.`,
  },
  updatedAt: { ja: (when: string) => `${when} 現在`, en: (when: string) => `As of ${when}` },
  connectionLost: {
    ja: "いまつながっていません。自動でつなぎ直しています。",
    en: "Not connected at the moment. Reconnecting by itself.",
  },

  week: { ja: "この7日間", en: "The last 7 days" },
  weekDay: {
    ja: (day: string, steps: string, points: string) => `${day}、${steps}歩、${points}ポイント`,
    en: (day: string, steps: string, points: string) =>
      `${day}: ${many(steps, "step", "steps")}, ${many(points, "point", "points")}`,
  },
  pointsShort: {
    ja: (points: string) => `${points}ポイント`,
    en: (points: string) => many(points, "point", "points"),
  },

  measures: { ja: "からだの記録", en: "Your measurements" },
  noMeasuresYet: {
    ja: "血圧や体重をはかると、ここに出ます。",
    en: "Your blood pressure and weight appear here once measured.",
  },
  bloodPressure: { ja: "血圧", en: "Blood pressure" },
  bloodPressureParts: { ja: "収縮期(上)/拡張期(下)", en: "systolic / diastolic" },
  heartRate: { ja: "心拍数", en: "Heart rate" },
  restingHeartRate: { ja: "安静時心拍数", en: "Resting heart rate" },
  bodyWeight: { ja: "体重", en: "Weight" },
  bodyFat: { ja: "体脂肪率", en: "Body fat" },
  bodyMassIndex: { ja: "BMI", en: "BMI" },
  waist: { ja: "腹囲", en: "Waist" },
  bodyHeight: { ja: "身長", en: "Height" },
  bodyTemperature: { ja: "体温", en: "Temperature" },
  oxygenSaturation: { ja: "血中酸素飽和度", en: "Blood oxygen" },
  lowestOfTheDay: { ja: "その日の最低", en: "lowest of the day" },
  bloodGlucose: { ja: "血糖値", en: "Blood glucose" },
  respiratoryRate: { ja: "呼吸数", en: "Breathing rate" },
  heartRateVariability: { ja: "心拍変動", en: "Heart rate variability" },
  sdnn: { ja: "SDNN", en: "SDNN" },
  rmssd: { ja: "RMSSD", en: "RMSSD" },
  unitBloodPressure: { ja: "mmHg", en: "mmHg" },
  unitHeartRate: { ja: "回/分", en: "beats a minute" },
  unitRespiratoryRate: { ja: "回/分", en: "breaths a minute" },
  unitKilograms: { ja: "kg", en: "kg" },
  unitCentimetres: { ja: "cm", en: "cm" },
  unitPercent: { ja: "%", en: "%" },
  unitCelsius: { ja: "℃", en: "°C" },
  unitBloodGlucose: { ja: "mg/dL", en: "mg/dL" },
  unitMilliseconds: { ja: "ミリ秒", en: "ms" },

  whyThesePoints: { ja: "ポイントの理由", en: "Why these points" },
  noEntriesYet: {
    ja: "まだポイントはありません。歩くと、もらえた理由がここに出ます。",
    en: "No points yet. When you walk, the reason for each point appears here.",
  },
  showMore: { ja: "前の記録も見る", en: "Show earlier ones" },
  owedEntry: { ja: "あとで差し引く分", en: "To be taken later" },

  needsMap: { ja: "ニーズマップ", en: "Needs map" },
  indicator: { ja: "指標", en: "Indicator" },
  period: { ja: "対象期間", en: "Period" },
  periodRange: {
    ja: (from: string, to: string) => `${from}〜${to}`,
    en: (from: string, to: string) => `${from} to ${to}`,
  },
  computedAt: { ja: "集計した時刻", en: "Computed" },
  threshold: { ja: "非表示の基準", en: "Hidden below" },
  people: {
    ja: (count: string) => `${count}人`,
    en: (count: string) => many(count, "person", "people"),
  },
  thresholdValue: {
    ja: (count: string) => `${count}人未満`,
    en: (count: string) => many(count, "person", "people"),
  },
  legend: { ja: "凡例", en: "Legend" },
  needGreatest: {
    ja: "色が濃いほど、支援が必要です",
    en: "The darker the colour, the greater the need",
  },
  unitStepsPerDay: { ja: "歩/日", en: " steps/day" },
  higherIsBetter: { ja: "高いほど良い", en: "higher is better" },
  lowerIsBetter: { ja: "低いほど良い", en: "lower is better" },
  classRange: {
    ja: (from: string, to: string) => `${from} 以上 ${to} 未満`,
    en: (from: string, to: string) => `${from} to under ${to}`,
  },
  hidden: { ja: "非表示", en: "Hidden" },
  hiddenPrimary: {
    ja: (threshold: string) => `${threshold}人未満のため非表示`,
    en: (threshold: string) => `Hidden: fewer than ${threshold} people`,
  },
  hiddenComplementary: {
    ja: "ほかの地区の値が逆算されないよう非表示",
    en: "Hidden, so that another zone's figure cannot be worked out",
  },
  trueZero: { ja: "対象者がいません", en: "Nobody to count" },
  mapLabel: {
    ja: (indicator: string) => `${indicator}の地図。同じ数字が表にあります。`,
    en: (indicator: string) => `Map of ${indicator}. The table holds the same figures.`,
  },
  mapUnavailable: {
    ja: "このブラウザーでは地図を描けません。表をご覧ください。",
    en: "This browser cannot draw the map. Please use the table.",
  },
  mapZoomIn: { ja: "拡大", en: "Zoom in" },
  mapZoomOut: { ja: "縮小", en: "Zoom out" },
  tableCaption: {
    ja: (indicator: string) => `地区ごとの${indicator}`,
    en: (indicator: string) => `${indicator} by zone`,
  },
  zone: { ja: "地区", en: "Zone" },
  counted: { ja: "該当者", en: "Counted" },
  denominator: { ja: "対象 n", en: "n" },
  wholeCity: { ja: "市全体", en: "Whole city" },
  noIndicators: { ja: "まだ指標がありません。", en: "There are no indicators yet." },

  programmes: { ja: "ポイントの制度", en: "Programmes" },
  noProgrammes: { ja: "まだ制度がありません。", en: "There are no programmes yet." },
  programmeVersion: {
    ja: (version: string) => `第${version}版`,
    en: (version: string) => `Version ${version}`,
  },
  inForceFrom: { ja: (from: string) => `${from} から`, en: (from: string) => `From ${from}` },
  rules: { ja: "きまり", en: "Rules" },
  pointsAwarded: { ja: "出したポイント", en: "Points awarded" },
  residentsAwarded: { ja: "もらった住民", en: "Residents awarded" },
  lateWindow: { ja: "届くのを待つ日数", en: "Late data accepted" },
  days: {
    ja: (count: string) => `${count}日`,
    en: (count: string) => many(count, "day", "days"),
  },
} satisfies Record<string, Record<Language, Word>>;

export type WordKey = keyof typeof words;

// The arguments of a word are those that both languages take: a function that fits "ja" and "en" alike.
type Parts<Key extends WordKey> = (typeof words)[Key][Language] extends string
  ? []
  : Parameters<Extract<(typeof words)[Key]["ja"], (...parts: never[]) => string>>;

/** A word that takes no parts. */
export type PlainWordKey = {
  [Key in WordKey]: Parts<Key> extends [] ? Key : never;
}[WordKey];

/** The word in the language on show; reading it in a component redraws that component on a language switch. */
export function say<Key extends WordKey>(key: Key, ...parts: Parts<Key>): string {
  const word: Word = words[key][language.value];
  return typeof word === "string" ? word : word(...(parts as never[]));
}
