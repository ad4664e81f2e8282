// Every word of the pages. Longer than 300 lines, since it is a table, and one place is the point of it.
import { type Language, language } from "./language";

type Word = string | ((...parts: never[]) => string);

/** English needs one and many; Japanese does not. */
const many = (count: string, one: string, more: string): string =>
  `${count} ${count === "1" ? one : more}`;

const words = {
  appName: { ja: "健康ポイント", en: "Health points" },
  otherLanguageName: { ja: "English", en: "日本語" },
  signOut: { ja: "ログアウト", en: "Sign out" },
  signOutQuestion: { ja: "ログアウトしますか", en: "Sign out?" },
  signOutNoWayBack: {
    ja: "いま使える紙の番号がありません。ログアウトすると、窓口で新しい番号を受け取るまで入れません。",
    en: "You have no code that is good. Once signed out, you cannot come back until the counter gives you a new one.",
  },
  signOutNo: { ja: "このまま使う", en: "Stay signed in" },
  signingOut: { ja: "ログアウトしています…", en: "Signing out…" },
  sessions: { ja: "ログインしている端末", en: "Devices that are signed in" },
  sessionsHelp: {
    ja: "なくした端末や、心当たりのない端末は、ここでログアウトできます。",
    en: "Sign out here a device that is lost, or that you do not know.",
  },
  sessionEnded: {
    ja: (device: string) => `「${device}」をログアウトしました。`,
    en: (device: string) => `“${device}” is signed out.`,
  },
  thisDevice: { ja: "この端末", en: "This device" },
  unknownDevice: { ja: "名前のわからない端末", en: "Unknown device" },
  lastUsed: {
    ja: (moment: string) => `最後に使ったとき ${moment}`,
    en: (moment: string) => `Last used ${moment}`,
  },
  signedInAt: {
    ja: (moment: string) => `ログインしたとき ${moment}`,
    en: (moment: string) => `Signed in ${moment}`,
  },
  endSessionQuestion: {
    ja: (device: string) => `「${device}」をログアウトしますか`,
    en: (device: string) => `Sign out “${device}”?`,
  },
  endSessionWhat: {
    ja: "その端末では、もう一度番号を入れるまで使えなくなります。",
    en: "It cannot be used there any more until a code is entered again.",
  },
  endSessionNo: { ja: "やめておく", en: "Not now" },
  loading: { ja: "読み込んでいます…", en: "Loading…" },
  tryAgain: { ja: "もう一度ためす", en: "Try again" },
  closeQuestion: { ja: "閉じる", en: "Close" },

  signInTitle: { ja: "ようこそ", en: "Welcome" },
  signInHelp: {
    ja: "窓口で受け取った紙に印刷されている番号を入れてください。",
    en: "Enter the code printed on the paper you were given at the counter.",
  },
  sessionOver: {
    ja: "この端末はログアウトされました。時間がたったか、ほかの端末や窓口で手続きがあったためです。",
    en: "This device was signed out: its time was up, or it was ended on another device or at the counter.",
  },
  signInCode: { ja: "紙の番号", en: "Code on the paper" },
  signInButton: { ja: "はじめる", en: "Start" },
  signingIn: { ja: "確認しています…", en: "Checking…" },
  signInWrongCode: {
    ja: "この番号では入れませんでした。紙の番号をもう一度お確かめください。",
    en: "That code did not work. Please check the code on the paper once more.",
  },
  codeEmpty: { ja: "番号を入れてください。", en: "Please enter the code." },
  nameEmpty: { ja: "名前を入れてください。", en: "Please enter a name." },
  signInCodeReplaced: {
    ja: "新しい番号の紙をお渡ししたため、この番号は使えなくなりました。新しい紙の番号を入れてください。見つからないときは、窓口で新しい番号をお渡しします。",
    en: "A newer paper was printed, and this code ended with it. Please enter the code of the newer paper. If it is lost, the counter will give you a new code.",
  },
  signInTooManyDevices: {
    ja: "この番号は、すでに決められた台数の端末で使われています。ほかの端末でログアウトするか、窓口で新しい番号を受け取ってください。",
    en: "This code is in use on as many devices as it may be. Please sign out on one of them, or ask at the counter for a new code.",
  },
  signInTooManyTries: {
    ja: "番号の間違いがつづいたため、いまは確かめられません。1時間ほどたってから、もう一度お試しください。",
    en: "Too many wrong codes were tried. Please try again in about an hour.",
  },
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
  walletBalance: { ja: "使えるポイント", en: "Points to spend" },
  pendingPoints: {
    ja: (all: string, first: string, day: string) =>
      `ほかに${all}ポイントが、もうすぐ使えるようになります。${day}から${first}ポイントです。`,
    en: (all: string, first: string, day: string) =>
      `${many(all, "more point", "more points")} on the way: ${first} to spend from ${day}.`,
  },
  expiringPoints: {
    ja: (points: string, day: string) => `${points}ポイントは、${day}まで使えます。`,
    en: (points: string, day: string) =>
      `${many(points, "point", "points")} can be used until ${day}.`,
  },
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
  weekDayWithoutSteps: {
    ja: (day: string, points: string) => `${day}、歩数は届いていません、${points}ポイント`,
    en: (day: string, points: string) =>
      `${day}: no steps have arrived, ${many(points, "point", "points")}`,
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
  sleep: { ja: "睡眠", en: "Sleep" },
  exercise: { ja: "運動", en: "Exercise" },
  snowShovelling: { ja: "雪かき", en: "Snow shovelling" },
  ofTheDay: { ja: "その日の合計", en: "total of the day" },
  minutesLong: {
    ja: (minutes: string) => `${minutes}分`,
    en: (minutes: string) => `${minutes} min`,
  },
  hoursLong: {
    ja: (hours: string, minutes: string) => `${hours}時間${minutes}分`,
    en: (hours: string, minutes: string) => `${hours} h ${minutes} min`,
  },

  whyThesePoints: { ja: "ポイントの理由", en: "Why these points" },
  noEntriesYet: {
    ja: "まだポイントはありません。歩くと、もらえた理由がここに出ます。",
    en: "No points yet. When you walk, the reason for each point appears here.",
  },
  showMore: { ja: "前の記録も見る", en: "Show earlier ones" },
  owedEntry: { ja: "あとで差し引く分", en: "To be taken later" },
  lapsedEntry: { ja: "期限切れになった分", en: "Of points that had lapsed" },

  myData: { ja: "わたしのデータ", en: "My data" },
  myDataWhatFor: {
    ja: "歩数計や機器の順番、ファイルの取り込み、データの受け取り",
    en: "Which device counts first, importing a file, taking your data with you",
  },
  backToToday: { ja: "今日の画面へもどる", en: "Back to today" },

  whatCounts: { ja: "どの機器を先に数えるか", en: "What counts first" },
  whatCountsHelp: {
    ja: "同じ分に二つの機器が数えたときは、上にある機器だけを数えます。足し合わせることはありません。順番を変えると、ポイントも計算し直されます。",
    en: "When two devices counted the same minute, only the one further up counts. They are never added up. When you change the order, your points are worked out again.",
  },
  oneSourceEach: {
    ja: "いまは、順番を決めるものがありません。二つ目の機器の記録が届くと、ここで順番を選べます。",
    en: "There is nothing to put in order yet. Once a second device sends records, you can choose here which counts first.",
  },
  otherMetricsToo: {
    ja: (count: string) => `歩数のほか${count}項目の順番`,
    en: (count: string) => `Order for ${many(count, "other measurement", "other measurements")}`,
  },
  sourcesOf: {
    ja: (metric: string) => `${metric}の順番`,
    en: (metric: string) => `Order for: ${metric}`,
  },
  moveUp: { ja: "上へ", en: "Up" },
  moveDown: { ja: "下へ", en: "Down" },
  orderSaved: {
    ja: (source: string) =>
      `保存しました。いまは「${source}」を先に数えます。ポイントは、しばらくすると計算し直されます。`,
    en: (source: string) =>
      `Saved. “${source}” now counts first. Your points will be worked out again shortly.`,
  },
  orderNotSaved: {
    ja: (why: string) => `順番を保存できませんでした。もとのままです。${why}`,
    en: (why: string) => `The order could not be saved and is as before. ${why}`,
  },

  devices: { ja: "歩数計・機器", en: "Devices and apps" },
  devicesHelp: {
    ja: "この1年に記録が届いた機器とアプリです。",
    en: "The devices and apps whose records arrived within the last year.",
  },
  noDevices: {
    ja: "まだ記録は届いていません。届くと、ここに出ます。",
    en: "No records have arrived yet. They appear here when they do.",
  },
  kindWatch: { ja: "腕時計", en: "Watch" },
  kindPhone: { ja: "スマートフォン", en: "Phone" },
  kindStation: { ja: "据え置き機器", en: "Station device" },
  kindVenue: { ja: "会場や窓口での記録", en: "Recorded at a hall or counter" },
  lastRecord: {
    ja: (day: string) => `最後の記録 ${day}`,
    en: (day: string) => `Last record ${day}`,
  },
  venueRecords: {
    ja: (what: string, day: string) => `${what} 最後の記録 ${day}`,
    en: (what: string, day: string) => `${what}. Last record ${day}`,
  },
  deleteVenueWhat: {
    ja: (what: string, when: string) => `会場や窓口の人が記録した分です: ${what}(${when})`,
    en: (what: string, when: string) => `What the staff there recorded: ${what} (${when})`,
  },
  deleteVenueGoes: {
    ja: "消すと、もとには戻せません。同じ参加や受診を、もう一度記録してもらうこともできません。",
    en: "This cannot be undone, and the same visits cannot be recorded again.",
  },
  deleteRecords: { ja: "記録を消す", en: "Delete records" },
  deleteQuestion: {
    ja: (source: string) => `「${source}」の記録をすべて消しますか`,
    en: (source: string) => `Delete all records of “${source}”?`,
  },
  deleteGoes: {
    ja: "この機器の記録は、歩数も体の記録も、すべて消えます。もとには戻せません。",
    en: "All of its records go, steps and measurements alike. This cannot be undone.",
  },
  deletePoints: {
    ja: "まだ確定していない日のポイントは、計算し直されます。確定した日のポイントは変わりません。",
    en: "Points of days that are not final yet are worked out again. Points of final days stay.",
  },
  deleteDisconnect: {
    ja: "先に、機器のほうの接続や送信を切ってください。切らないと、これから測る分がまた届きます。",
    en: "Disconnect the device first. Otherwise what it measures from now on will arrive again.",
  },
  deleteYes: { ja: "すべて消す", en: "Delete all" },
  deleteNo: { ja: "消さないでもどる", en: "Keep them" },
  deleting: { ja: "消しています…", en: "Deleting…" },
  deleted: {
    ja: (source: string, samples: string) =>
      `「${source}」の記録を消しました(${samples}件)。ポイントは、しばらくすると計算し直されます。`,
    en: (source: string, samples: string) =>
      `Deleted ${many(samples, "record", "records")} of “${source}”. Your points will be worked out again shortly.`,
  },

  notCounted: { ja: "数えなかった値", en: "Values that were not counted" },
  notCountedHelp: {
    ja: "この14日間に届いた値のうち、ありえない大きさのものです。とってありますが、歩数にもポイントにも数えません。",
    en: "Values of the last 14 days that are too small or too large to be true. They are kept, but count neither for your day nor for points.",
  },
  nothingNotCounted: {
    ja: "この14日間に、数えなかった値はありません。すべて数えました。",
    en: "There are none. Everything of the last 14 days was counted.",
  },
  notCountedOfAll: {
    ja: (shown: string, all: string) => `全部で${all}件。新しいものから${shown}件を出しています。`,
    en: (shown: string, all: string) => `${all} in all. The newest ${shown} are shown.`,
  },
  outsideOfRange: {
    ja: (range: string) => `${range}の範囲の外のため`,
    en: (range: string) => `because it is outside ${range}`,
  },
  range: {
    ja: (from: string, to: string, unit: string) => `${from}〜${to}${unit}`,
    en: (from: string, to: string, unit: string) => `${from} to ${to}${unit && ` ${unit}`}`,
  },
  rangeOfMinute: {
    ja: (range: string) => `1分に${range}`,
    en: (range: string) => `${range} in a minute`,
  },
  unitFloors: { ja: "階", en: "floors" },
  unitMetres: { ja: "m", en: "m" },
  unitMinutes: { ja: "分", en: "minutes" },
  unitKilocalories: { ja: "kcal", en: "kcal" },
  unitPerMinute: { ja: "回/分", en: "per minute" },
  unitBodyMassIndex: { ja: "kg/m²", en: "kg/m²" },

  importFile: { ja: "ファイルから取り込む", en: "Import a file" },
  importHelp: {
    ja: "iPhoneの「ヘルスケア」から書き出したファイル(.zip)と、腕時計などのFITファイル(.fit)を取り込めます。同じファイルを二度取り込んでも、二重には数えません。",
    en: "You can import the export of the iPhone's Health app (.zip) and FIT files of watches and other devices (.fit). Importing a file twice does not count it twice.",
  },
  importHow: { ja: "iPhoneでファイルを作るには", en: "How to make the file on an iPhone" },
  importStepOpen: {
    ja: "iPhoneの「ヘルスケア」を開き、右上の自分の写真か頭文字を押します。",
    en: "Open Health on the iPhone and press your picture or initials at the top right.",
  },
  importStepExport: {
    ja: "いちばん下の「すべてのヘルスケアデータを書き出す」を押します。数分かかることがあります。",
    en: "At the very bottom, press “Export All Health Data”. It may take some minutes.",
  },
  importStepKeep: {
    ja: "「“ファイル”に保存」を選び、この画面でそのファイルを選びます。",
    en: "Choose “Save to Files”, then choose that file on this page.",
  },
  chooseFile: { ja: "ファイルを選ぶ", en: "Choose a file" },
  wrongKindOfFile: {
    ja: (name: string) =>
      `「${name}」は取り込めません。名前が .zip か .fit で終わるファイルを選んでください。`,
    en: (name: string) =>
      `“${name}” cannot be imported. Please choose a file whose name ends in .zip or .fit.`,
  },
  emptyFile: {
    ja: "このファイルは空です。もう一度書き出してください。",
    en: "This file is empty. Please export it once more.",
  },
  tooLargeFile: {
    ja: (most: string) => `ファイルが大きすぎます。${most}MBまで取り込めます。`,
    en: (most: string) => `The file is too large. At most ${most} MB can be imported.`,
  },
  unreadableFit: {
    ja: "このFITファイルには、取り込める記録がありませんでした。機器からもう一度取り出してください。",
    en: "There was nothing to import in this FIT file. Please take it from the device once more.",
  },
  openImportWaits: {
    ja: (sent: string) =>
      `途中まで送ったファイルがあります(${sent}%)。同じファイルをもう一度選ぶと、つづきから送ります。`,
    en: (sent: string) =>
      `A file was sent in part (${sent}%). Choose the same file again and sending goes on where it stopped.`,
  },
  otherFileThanBefore: {
    ja: "途中まで送ったファイルとは、別のファイルのようです。同じファイルを選ぶか、前のファイルの取り込みをやめてください。",
    en: "This does not seem to be the file that was sent in part. Choose that one, or stop its import first.",
  },
  tooManyImports: {
    ja: "前のファイルの取り込みが終わってから、もう一度お試しください。",
    en: "Please try again once the file before has been imported.",
  },
  fileUnreadable: {
    ja: "ファイルを最後まで読み込めませんでした。もう一度作り直してから、お試しください。",
    en: "The file could not be read to its end. Please make it anew and try again.",
  },
  fileUnreadableHere: {
    ja: "ファイルを読めませんでした。もう一度選んでください。",
    en: "The file could not be read. Please choose it once more.",
  },
  sending: {
    ja: (percent: string) => `送っています… ${percent}%`,
    en: (percent: string) => `Sending… ${percent}%`,
  },
  sendingLabel: { ja: "送った割合", en: "How much is sent" },
  sendingStaysOpen: {
    ja: "終わるまで、この画面を開いたままにしてください。",
    en: "Please keep this page open until it is done.",
  },
  waitingToBeRead: {
    ja: "届きました。読み込みの順番を待っています…",
    en: "It has arrived. Waiting to be read…",
  },
  readingFile: {
    ja: (percent: string) => `読み込んでいます… ${percent}%`,
    en: (percent: string) => `Reading… ${percent}%`,
  },
  readingLabel: { ja: "読み込んだ割合", en: "How much is read" },
  mayBeClosed: {
    ja: "この画面を閉じても、読み込みはつづきます。",
    en: "You may close this page; reading goes on.",
  },
  sendOn: { ja: "つづきを送る", en: "Go on sending" },
  stopImport: { ja: "取り込みをやめる", en: "Stop the import" },
  importStopped: {
    ja: "取り込みをやめました。それまでに読み込んだ記録は残っています。",
    en: "The import was stopped. Records that had been read stay.",
  },
  importOver: {
    ja: "ファイルの取り込みの結果が出ました。",
    en: "What became of the file is shown now.",
  },
  importDone: { ja: "取り込みが終わりました。", en: "The import is done." },
  importNew: {
    ja: (count: string) => `新しい記録 ${count}件`,
    en: (count: string) => many(count, "new record", "new records"),
  },
  importKnown: {
    ja: (count: string) => `前からあった記録 ${count}件`,
    en: (count: string) => `${many(count, "record", "records")} known before`,
  },
  importFlagged: {
    ja: (count: string) => `ありえない大きさのため数えない値 ${count}件`,
    en: (count: string) => `${many(count, "value", "values")} not counted, too small or too large`,
  },
  importRefused: {
    ja: (count: string) => `取り込めなかった記録 ${count}件`,
    en: (count: string) => `${many(count, "record", "records")} that could not be taken`,
  },
  importNotDone: { ja: "取り込めませんでした。", en: "The file could not be imported." },
  fileNotAZip: {
    ja: "zipファイルではないか、途中で切れています。書き出したままのファイルを選んでください。",
    en: "It is no zip file, or was cut short. Please choose the file as it was exported.",
  },
  fileBroken: {
    ja: "ファイルが壊れています。もう一度書き出して、選び直してください。それまでに読み込んだ記録は残っています。",
    en: "The file is damaged. Please export it once more and choose it again. Records that had been read stay.",
  },
  fileNoExport: {
    ja: "「ヘルスケア」から書き出したファイルではないようです。書き出したままのファイルを選んでください。",
    en: "It does not seem to be an export of the Health app. Please choose the file as it was exported.",
  },
  fileTooLarge: {
    ja: "ファイルの中身が大きすぎるため、読み込めません。",
    en: "What the file holds is too large to be read.",
  },
  fileOurFault: {
    ja: "こちらの不具合で読み込めませんでした。時間をおいて、もう一度お試しください。",
    en: "Something went wrong on our side. Please try again later.",
  },

  takeAlong: { ja: "自分のデータを受け取る", en: "Take your data with you" },
  takeAlongHelp: {
    ja: "ほかの健康アプリや、かかりつけの先生に渡すときなどにお使いください。ファイルには健康の記録が入っています。大切に保管してください。",
    en: "For another health app or your doctor, for example. The files hold your health records, so keep them safe.",
  },
  stepsOfYear: {
    ja: "この1年の歩数を受け取る(CSV)",
    en: "Download a year of steps (CSV)",
  },
  stepsOfYearHelp: {
    ja: "表計算ソフトで開けます。1分ごとの歩数です。",
    en: "Opens in a spreadsheet. Steps by the minute.",
  },
  everythingOfMonth: {
    ja: "1か月のすべての記録を受け取る(FHIR)",
    en: "Download all records of a month (FHIR)",
  },
  everythingOfMonthHelp: {
    ja: "医療や健康のシステムが読む、世界共通の形のファイルです。",
    en: "A form that health systems all over the world read.",
  },
  month: { ja: "月", en: "Month" },
  fetching: {
    ja: (percent: string) => `用意しています… ${percent}%`,
    en: (percent: string) => `Getting it ready… ${percent}%`,
  },
  fetchingRecords: {
    ja: (count: string) => `用意しています… ${count}件`,
    en: (count: string) => `Getting it ready… ${many(count, "record", "records")}`,
  },
  fetched: {
    ja: (name: string) => `「${name}」を保存しました。`,
    en: (name: string) => `Saved as “${name}”.`,
  },
  nothingToFetch: {
    ja: "この期間の記録はありません。",
    en: "There are no records of that time.",
  },

  consents: { ja: "同意", en: "Consents" },
  consentsHelp: {
    ja: "同意するかしないかを、日付とともに記録します。いつでもやめられ、それまでのポイントは変わりません。いまはまだ、同意がなくても、ポイントと集計はこれまでどおりです。",
    en: "Your word is kept with its date. You can withdraw at any time, which changes no points you had before. For now, points and figures are worked out as before also without it.",
  },
  noConsentYet: { ja: "まだ同意していません", en: "Not given yet" },
  consentGiven: {
    ja: (day: string) => `${day}から同意しています`,
    en: (day: string) => `Given on ${day}`,
  },
  consentWithdrawn: {
    ja: (day: string) => `${day}に同意をやめました`,
    en: (day: string) => `Withdrawn on ${day}`,
  },
  giveConsent: { ja: "同意する", en: "I agree" },
  withdrawConsent: { ja: "同意をやめる", en: "Withdraw" },
  consentNotKept: {
    ja: (why: string) => `保存できませんでした。もとのままです。${why}`,
    en: (why: string) => `It could not be saved and is as before. ${why}`,
  },

  classCode: { ja: "教室・催しに参加", en: "At a class or event" },
  classCodeHelp: {
    ja: "会場の画面に出ている8けたの番号",
    en: "The eight digits on the screen in the hall",
  },
  checkIn: { ja: "参加を記録する", en: "Check in" },
  checkedIn: {
    ja: (name: string) => `「${name}」への参加を記録しました。`,
    en: (name: string) => `You are checked in to “${name}”.`,
  },
  checkedInBefore: {
    ja: (name: string) => `「${name}」への参加は、もう記録してあります。`,
    en: (name: string) => `You were checked in to “${name}” already.`,
  },
  checkInDeleted: {
    ja: (name: string) =>
      `「${name}」への参加の記録は、取り消されています。会場の係の人にお聞きください。`,
    en: (name: string) =>
      `Your check-in to “${name}” was taken back. Please ask the staff in the hall.`,
  },
  wrongClassCode: {
    ja: "この番号は、いまはどの画面にも出ていません。番号は1分ごとに変わります。いま見えている番号を入れてください。",
    en: "This code is not on any screen now. It changes every minute; please type the one that you see.",
  },
  tooManyTries: {
    ja: "番号を何度もまちがえたため、しばらく受け付けません。時計の次の正時をすぎてから、もう一度お試しください。",
    en: "Too many codes were tried. Please wait for the next full hour, then try again.",
  },

  team: { ja: "なかま", en: "Team" },
  teamWhatOthersSee: {
    ja: "なかまに入ると、あなたの名前と、みんなを合わせた今週の歩数が、なかまに見えます。ひとりずつの歩数は出ません。ただし二人組では、合計から相手の歩数がわかります。入った次の日から数えます。",
    en: "The others in your team see your name, and this week's steps of all of you together, never of one alone. In a pair, though, each can work out the other's steps from the total. Days count from the day after joining.",
  },
  teamCode: { ja: "なかまの番号", en: "The team's code" },
  joinTeam: { ja: "なかまに入る", en: "Join" },
  makeTeam: { ja: "新しくなかまをつくる", en: "Make a new team" },
  makeTeamButton: { ja: "つくる", en: "Make it" },
  teamName: { ja: "なかまの名前", en: "Name of the team" },
  teamSize: { ja: "人数(多くて)", en: "People at most" },
  teamCodeIs: {
    ja: "この番号を、いっしょに歩く人に伝えてください。いちどしか出ません。",
    en: "Give this code to those who walk with you. It is shown this once:",
  },
  and: { ja: "、", en: ", " },
  teamSteps: {
    ja: (steps: string) => `みんなを合わせて、今週は${steps}歩です。`,
    en: (steps: string) => `Together ${many(steps, "step", "steps")} this week.`,
  },
  teamCountsFrom: {
    ja: (day: string) =>
      `あなたの歩数は、${day}の分から数えます。二人以上の分がそろうと、みんなの歩数がここに出ます。`,
    en: (day: string) =>
      `Your steps count from ${day}. Once two of you count, the steps of all together appear here.`,
  },
  leaveTeam: { ja: "なかまをやめる", en: "Leave the team" },
  leaveTeamQuestion: {
    ja: "なかまをやめますか。今日の分までは数えます。",
    en: "Leave the team? Today is the last day that counts for it.",
  },
  leaveTeamYes: { ja: "やめる", en: "Leave" },
  leaveTeamNo: { ja: "やめないでもどる", en: "Stay" },
  wrongTeamCode: {
    ja: "この番号のなかまは見つかりませんでした。番号をもう一度お確かめください。",
    en: "No team has this code. Please check it once more.",
  },
  teamFull: { ja: "このなかまは、もういっぱいです。", en: "All places of this team are taken." },
  inATeam: {
    ja: "もうなかまに入っています。先にいまのなかまをやめてください。",
    en: "You are in a team already. Please leave it first.",
  },

  needsMap: { ja: "ニーズマップ", en: "Needs map" },
  indicator: { ja: "指標", en: "Indicator" },
  period: { ja: "対象期間", en: "Period" },
  periodRange: {
    ja: (from: string, to: string) => `${from}〜${to}`,
    en: (from: string, to: string) => `${from} to ${to}`,
  },
  interval: {
    ja: (lower: string, upper: string) => `${lower}〜${upper}`,
    en: (lower: string, upper: string) => `${lower}–${upper}`,
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
  besideTheRest: { ja: "市のほかの地区とくらべて", en: "Beside the rest of the city" },
  worseThanRest: { ja: "ほかの地区より悪い", en: "Worse than the rest" },
  betterThanRest: { ja: "ほかの地区より良い", en: "Better than the rest" },
  notToldApart: { ja: "差があるとは言えない", en: "Cannot be told apart" },
  colouredByInterval: {
    ja: "差の95%信頼区間が0をふくまない地区だけに、色がつきます。本当は差がなくても、20地区に1つほどは偶然に色がつきます。",
    en: "Only zones whose 95% interval of the difference leaves zero out are coloured. Of 20 zones that do not differ at all, about one is coloured by chance.",
  },
  interval95: { ja: "95%信頼区間", en: "95% interval" },
  howRounded: { ja: "丸め方", en: "Rounding" },
  rounded: {
    ja: "1日に1回、前の日までの分を集計します。人数は5人ごと、平均は1人の歩数では動かない単位に丸めています。",
    en: "Worked out once a day, up to the day before. Numbers of people are rounded to 5, means to a step that no one person's steps pass.",
  },
  unitStepsPerDay: { ja: "歩/日", en: " steps/day" },
  higherIsBetter: { ja: "高いほど良い", en: "higher is better" },
  lowerIsBetter: { ja: "低いほど良い", en: "lower is better" },
  hidden: { ja: "非表示", en: "Hidden" },
  hiddenPrimary: {
    ja: (threshold: string) => `対象が${threshold}人未満のため非表示`,
    en: (threshold: string) => `Hidden: fewer than ${threshold} people with data`,
  },
  hiddenPrimaryCount: {
    ja: (threshold: string) => `当てはまる人が${threshold}人未満のため非表示`,
    en: (threshold: string) => `Hidden: fewer than ${threshold} people are counted`,
  },
  hiddenComplementary: {
    ja: "ほかの地区の値が逆算されないよう非表示",
    en: "Hidden, so that another zone's figure cannot be worked out",
  },
  hiddenPrimaryRest: {
    ja: (threshold: string) => `当てはまらない人が${threshold}人未満のため非表示`,
    en: (threshold: string) => `Hidden: it is everybody but fewer than ${threshold} people`,
  },
  hiddenLinked: {
    ja: "同じ人たちの数をほかの指標で隠しているため非表示",
    en: "Hidden, as another indicator hides the same people",
  },
  nobodyWithData: { ja: "データのある人がいません", en: "Nobody with data" },
  notWorkedOutYet: { ja: "まだ集計していません", en: "Not worked out yet" },
  mapLabel: {
    ja: (indicator: string) => `${indicator}の地図。同じ数字が表にあります。`,
    en: (indicator: string) => `Map of ${indicator}. The table holds the same figures.`,
  },
  mapUnavailable: {
    ja: "このブラウザーでは、動かせる地図を描けません。",
    en: "This browser cannot draw a map that can be moved.",
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

  setAside: { ja: "保留中の処理", en: "Work set aside" },
  nothingSetAside: {
    ja: "保留中の処理はありません。",
    en: "Nothing is set aside.",
  },
  setAsideMeans: {
    ja: "うまくいかなかった処理です。ほかの人の処理は続いています。原因が直ったら、もう一度試してください。",
    en: "This work failed. Everybody else’s goes on. Once the reason is mended, let it be tried again.",
  },
  setAsideDay: { ja: "一日の集計", en: "A day’s figures" },
  setAsideFold: { ja: "記録の整理", en: "Tidying up a day’s samples" },
  setAsideImport: { ja: "ファイルの取り込み", en: "A file" },
  setAsideErasure: { ja: "データの消去", en: "An erasure" },
  setAsideClosing: { ja: "一日の締め", en: "A day’s closing" },
  setAsideDraw: { ja: "抽選", en: "A draw" },
  setAsideIndicators: { ja: "指標", en: "An indicator" },
  setAsideProof: { ja: "台帳の検算", en: "A proof of the ledger" },
  setAsideUpload: { ja: "記録の受け取り", en: "An upload" },
  setAsideChore: { ja: "定期の作業", en: "Housekeeping" },
  setAsideProgramme: { ja: "プログラムのポイント計算", en: "A programme’s points" },
  setAsideHold: { ja: "受け取られなかった交換のポイント戻し", en: "Giving back a reward’s points" },
  setAsideNumber: { ja: (of: string) => `番号${of}`, en: (of: string) => `No. ${of}` },
  setAsideSince: {
    ja: (since: string, tries: string) => `${since}から、${tries}回失敗`,
    en: (since: string, tries: string) => `Since ${since}, failed ${many(tries, "time", "times")}`,
  },
  setAsideOfKind: {
    ja: (kind: string, items: string) => `${kind} ${items}件`,
    en: (kind: string, items: string) => `${kind}: ${items}`,
  },
  setAsideWaits: {
    ja: "こちらの不具合で、この処理を終えられませんでした。",
    en: "It could not be finished, by a fault of ours.",
  },
  setAsideUploadAgain: {
    ja: "こちらの不具合で、送られてきた記録を受け取れませんでした。送った端末が、もう一度送ります。",
    en: "What was sent could not be taken in, by a fault of ours. The device sends it again by itself.",
  },
  setAsideReason: { ja: "技術的な理由", en: "Technical reason" },
  takeOffTheList: { ja: "一覧から消す", en: "Take off the list" },
  setAsideAgain: {
    ja: (moment: string) => `次は${moment}に自動で試します。`,
    en: (moment: string) => `Tried again by itself at ${moment}.`,
  },

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

  draws: { ja: "抽選", en: "Draws" },
  drawsIntro: {
    ja: "抽選の内容と当せん番号です。公開している数字だけで、だれでも結果を計算し直せます。",
    en: "The draws and their winning entries. Anyone can work the results out anew from the figures published here.",
  },
  noDraws: { ja: "まだ抽選はありません。", en: "There are no draws yet." },
  toFirstPage: { ja: "はじめの画面へ", en: "To the first page" },
  drawOpen: {
    ja: (closes: string, draws: string) => `${closes}に締め切り、${draws}に抽選します。`,
    en: (closes: string, draws: string) => `Closes on ${closes}, drawn on ${draws}.`,
  },
  drawClosed: {
    ja: (draws: string, entries: string) => `締め切りました(${entries})。抽選日は${draws}です。`,
    en: (draws: string, entries: string) => `Closed (${entries}). Day of the draw: ${draws}.`,
  },
  drawDrawn: {
    ja: (draws: string, entries: string) => `抽選しました(${draws}、${entries})。`,
    en: (draws: string, entries: string) => `Drawn (${draws}, ${entries}).`,
  },
  entriesOfPersons: {
    ja: (entries: string, persons: string) => `応募${entries}口、${persons}人`,
    en: (entries: string, persons: string) =>
      `${many(entries, "entry", "entries")} of ${many(persons, "person", "people")}`,
  },
  prizeOfDraw: {
    ja: (place: string, prize: string, count: string) => `${place}等 ${prize}(${count}本)`,
    en: (place: string, prize: string, count: string) => `Prize ${place}: ${prize} (×${count})`,
  },
  entriesByPoints: {
    ja: (from: string, to: string, points: string) =>
      `${from}から${to}までにもらった${points}ポイントごとに、自動で1口の応募になります。`,
    en: (from: string, to: string, points: string) =>
      `Every ${many(points, "point", "points")} earned from ${from} to ${to} is one entry, by itself.`,
  },
  commitment: { ja: "約束の値(たねのSHA-256)", en: "Commitment (SHA-256 of the seed)" },
  listDigest: { ja: "応募の一覧のSHA-256", en: "SHA-256 of the list of entries" },
  publicValue: {
    ja: (source: string) => `公開の値: ${source}`,
    en: (source: string) => `Public value: ${source}`,
  },
  notKnownYet: { ja: "まだ決まっていません", en: "not known yet" },
  seedOfDraw: { ja: "たね(抽選のあとに公開)", en: "Seed (published after the draw)" },
  listOfEntries: { ja: "応募の一覧", en: "List of entries" },
  winnersAndList: { ja: "当せん番号を見る・確かめる", en: "See and check the winning entries" },
  noWinners: { ja: "応募がなかったため、当せんはありません。", en: "No entries, so nobody won." },
  wholeDocument: {
    ja: "応募の一覧をふくむ資料(JSON)",
    en: "The whole document with the list of entries (JSON)",
  },
  recompute: { ja: "この場で計算し直す", en: "Work it out here" },
  recomputing: { ja: "計算しています…", en: "Working it out…" },
  foundRight: {
    ja: "約束の値、応募の一覧、当せん番号は、すべて合っています。",
    en: "Commitment, list and winning entries all fit together.",
  },
  foundOtherSeed: {
    ja: "合いません。たねが、約束の値のものではありません。",
    en: "This is wrong: the seed is not the one that was committed to.",
  },
  foundOtherList: {
    ja: "合いません。応募の一覧が、締め切りのときのものではありません。",
    en: "This is wrong: the list is not the one that was published when the draw closed.",
  },
  foundOtherWinners: {
    ja: "合いません。当せん番号が、計算した結果とちがいます。",
    en: "This is wrong: other entries should have won.",
  },
  foundUnable: {
    ja: "このブラウザーでは計算できません。下の方法で確かめてください。",
    en: "This browser cannot work it out here. Please check in the way described below.",
  },
  checkYourself: { ja: "自分で確かめるには", en: "Check it yourself" },
  checkCommitment: {
    ja: "抽選ができたら、約束の値を書きとめます。抽選のあとに出る「たね」のSHA-256が、これと同じなら、たねは取りかえられていません。",
    en: "When a draw is made, note its commitment. If the SHA-256 of the seed that comes out later is the same, the seed was not exchanged.",
  },
  checkList: {
    ja: "締め切りのあと、一覧のSHA-256を書きとめ、自分の応募が一覧にあるか見ます。自分の名前(意味のない文字)は、自分の画面に出ます。",
    en: "After the closing, note the digest of the list, and look whether your entries are in it. Your name in the list, which means nothing to others, is on your own page.",
  },
  checkWinners: {
    ja: "抽選のあと、応募ごとに「たね|一覧のSHA-256|公開の値|応募」のSHA-256を計算します。小さいものから順に当せんです。",
    en: "After the draw, take the SHA-256 of “seed|list digest|public value|entry” for each entry. The lowest win.",
  },
  checkOutside: {
    ja: "上の「この場で計算し直す」か、次のコマンドで計算できます。短いPythonの手順が docs/draws.md にあり、市のシステムなしでも確かめられます。",
    en: "“Work it out here” does it, and so does this command. docs/draws.md has a short recipe in Python that needs none of the city's software.",
  },
  checkLimits: {
    ja: "市の管理者は、たねを先に見ることができます。そのため、締め切りのあとに決まる「公開の値」を混ぜる抽選があります。",
    en: "The city's operator can look at the seed beforehand. So a draw may mix in a public value that is not known until it has closed.",
  },
  toDraws: { ja: "抽選の結果と確かめ方", en: "Results, and how to check them" },
  entriesSoFar: {
    ja: (entries: string) => `いままでの応募は${entries}口です。`,
    en: (entries: string) => `You have ${many(entries, "entry", "entries")} so far.`,
  },
  pointsToNextEntry: {
    ja: (points: string) => `あと${points}ポイントで、もう1口ふえます。`,
    en: (points: string) => `${many(points, "more point", "more points")} and you have one more.`,
  },
  entriesFinal: {
    ja: (entries: string, draws: string) =>
      `応募${entries}口で締め切りました。抽選日は${draws}です。`,
    en: (entries: string, draws: string) =>
      `Closed; you have ${many(entries, "entry", "entries")}. Day of the draw: ${draws}.`,
  },
  nameInList: { ja: "一覧でのあなたの名前:", en: "Your name in the list:" },
  prizeWon: {
    ja: (prize: string) => `当せんしました: ${prize}`,
    en: (prize: string) => `You won ${prize}`,
  },
  prizeReceived: {
    ja: (prize: string) => `お渡ししました: ${prize}`,
    en: (prize: string) => `Handed out: ${prize}`,
  },
  wonNothing: { ja: "今回は当せんしませんでした。", en: "You did not win this time." },
  tookNoPart: {
    ja: "この抽選への応募はありませんでした。",
    en: "You had no entries in this draw.",
  },

  usePoints: { ja: "ポイントを使う", en: "Use your points" },
  usePointsWhatFor: {
    ja: "品物や商品券などに交換する、交換したものを見る",
    en: "Redeem them for goods, vouchers and more; see what you redeemed",
  },
  pointsToSpend: { ja: "いま使えるポイント", en: "Points you can use now" },
  whatPointsBuy: { ja: "交換できるもの", en: "What you can redeem" },
  nothingOffered: {
    ja: "いま交換できるものはありません。",
    en: "Nothing is offered at the moment.",
  },
  pickupAt: {
    ja: (place: string) => `受け取り場所: ${place}`,
    en: (place: string) => `Pick up at: ${place}`,
  },
  givenBy: {
    ja: (partner: string) => `提供: ${partner}`,
    en: (partner: string) => `From: ${partner}`,
  },
  redeem: { ja: "交換する", en: "Redeem" },
  pointsMissing: {
    ja: (points: string) => `あと${points}ポイントで交換できます。`,
    en: (points: string) => `You need ${many(points, "more point", "more points")}.`,
  },
  pointsGone: {
    ja: "ポイントが足りなくなりました。",
    en: "You do not have enough points any more.",
  },
  soldOut: { ja: "なくなりました。", en: "None left." },
  notOffered: { ja: "いまは交換できません。", en: "Not offered at the moment." },
  needsCheckup: {
    ja: "今年度の健診を受けた方が交換できます。受診のあと、市に記録が届くと交換できるようになります。",
    en: "For those who had this fiscal year's health checkup. It opens once the city has noted yours.",
  },
  fromAge: {
    ja: (age: string) => `${age}歳以上の方が交換できます。`,
    en: (age: string) => `For ages ${age} and over.`,
  },
  upToAge: {
    ja: (age: string) => `${age}歳以下の方が交換できます。`,
    en: (age: string) => `For ages up to ${age}.`,
  },
  limitReached: {
    ja: (times: string, span: string) => `${span}お一人${times}回までです。もう交換しました。`,
    en: (times: string, span: string) =>
      `You have redeemed it ${many(times, "time", "times")} ${span}, which is the limit.`,
  },
  limitReachedNow: {
    ja: "お一人で交換できる回数を使い切りました。",
    en: "You have reached the limit for one person.",
  },
  spanTotal: { ja: "", en: "in all" },
  spanFiscalYear: { ja: "1年度に", en: "in this fiscal year" },
  spanMonth: { ja: "1か月に", en: "this month" },
  spanWeek: { ja: "1週間に", en: "this week" },
  spanDay: { ja: "1日に", en: "today" },
  againFrom: {
    ja: (day: string) => `次は${day}から交換できます。`,
    en: (day: string) => `Again from ${day}.`,
  },
  redeemQuestion: {
    ja: (name: string) => `「${name}」に交換しますか`,
    en: (name: string) => `Redeem “${name}”?`,
  },
  redeemCosts: {
    ja: (points: string, left: string) =>
      `${points}ポイントを使います。残りは${left}ポイントです。`,
    en: (points: string, left: string) =>
      `It takes ${many(points, "point", "points")}; you keep ${left}.`,
  },
  redeemFinal: {
    ja: "交換したあとは、取り消せません。",
    en: "It cannot be undone afterwards.",
  },
  redeemPickup: {
    ja: (place: string, days: string) =>
      `${place}で、${days}日以内に受け取ってください。受け取るまでは取り消せます。`,
    en: (place: string, days: string) =>
      `Pick it up at ${place} within ${many(days, "day", "days")}. Until then you can cancel.`,
  },
  account: { ja: "ポイントを受け取る会員番号", en: "Your member number there" },
  accountWrong: {
    ja: "会員番号を、英数字とハイフンで入れてください。",
    en: "Please enter your member number in letters, digits and dashes.",
  },
  redeemNo: { ja: "やめておく", en: "Not now" },
  redeemYes: { ja: "交換する", en: "Redeem" },
  redeeming: { ja: "交換しています…", en: "Redeeming…" },
  redeemed: {
    ja: (name: string) => `「${name}」に交換しました。`,
    en: (name: string) => `You redeemed “${name}”.`,
  },
  perhapsRedeemed: {
    ja: "交換されたかどうか分かりません。もう一度ためしても、交換は1回だけです。",
    en: "It is not known whether this was redeemed. Trying again is safe: it is redeemed only once.",
  },
  redeemedBefore: {
    ja: "先ほど交換されています。閉じて「交換したもの」をお確かめください。",
    en: "It was redeemed a moment ago. Please close this and look at “What you redeemed”.",
  },
  myRedemptions: { ja: "交換したもの", en: "What you redeemed" },
  noRedemptions: { ja: "まだ何も交換していません。", en: "You have not redeemed anything yet." },
  earlierRedemptions: { ja: "前に交換したもの", en: "Earlier ones" },
  stateHeld: { ja: "受け取り待ち", en: "Waiting for you" },
  stateUnderWay: { ja: "手続き中", en: "Under way" },
  stateConfirmed: { ja: "交換済み", en: "Redeemed" },
  statePickedUp: { ja: "受け取り済み", en: "Picked up" },
  stateCancelled: { ja: "取り消し済み", en: "Cancelled" },
  stateLapsed: {
    ja: "期限切れ(ポイントは戻りました)",
    en: "Not picked up in time; points given back",
  },
  voucherCode: { ja: "クーポンコード", en: "Voucher code" },
  pickupCode: { ja: "受け取り番号", en: "Pick-up code" },
  heldUntil: { ja: (when: string) => `期限: ${when}`, en: (when: string) => `Until ${when}` },
  redemptionNumber: { ja: (id: string) => `交換番号 ${id}`, en: (id: string) => `No. ${id}` },
  cancelRedemption: { ja: "取り消す", en: "Cancel" },
  cancelQuestion: {
    ja: (name: string) => `「${name}」の交換を取り消しますか`,
    en: (name: string) => `Cancel “${name}”?`,
  },
  cancelGivesBack: {
    ja: (points: string) => `${points}ポイントが戻ります。`,
    en: (points: string) => `You get ${many(points, "point", "points")} back.`,
  },
  cancelLetsGo: {
    ja: "取り消したあとは、ほかの方が交換できるようになります。",
    en: "What was kept for you is then there for others.",
  },
  cancelYes: { ja: "取り消す", en: "Cancel it" },
  cancelNo: { ja: "取り消さない", en: "Keep it" },
  cancelling: { ja: "取り消しています…", en: "Cancelling…" },
  cancelled: {
    ja: (name: string, points: string) =>
      `「${name}」の交換を取り消しました。${points}ポイントが戻りました。`,
    en: (name: string, points: string) =>
      `“${name}” is cancelled, and ${many(points, "point is", "points are")} back.`,
  },
  perhapsCancelled: {
    ja: "取り消されたかどうか分かりません。もう一度ためしても、取り消しは1回だけです。",
    en: "It is not known whether this was cancelled. Trying again is safe: it is cancelled only once.",
  },
  alreadyConfirmed: {
    ja: "もう受け取り済みのため、取り消せません。",
    en: "It was picked up already and cannot be cancelled.",
  },

  rewards: { ja: "ポイントの交換", en: "Rewards" },
  rewardItems: { ja: "交換品", en: "Reward items" },
  noRewardItems: { ja: "交換品はまだありません。", en: "There are no reward items yet." },
  rewardItem: { ja: "品目", en: "Item" },
  price: { ja: "ポイント", en: "Points" },
  unitsLeft: { ja: "残り", en: "Left" },
  timesRedeemed: { ja: "交換", en: "Redeemed" },
  timesUnderWay: { ja: "手続き中", en: "Under way" },
  timesHeld: { ja: "受け取り待ち", en: "Held" },
  withdrawn: { ja: "(終了)", en: "(withdrawn)" },
  unlimited: { ja: "制限なし", en: "unlimited" },
  leftOf: {
    ja: (left: string, total: string) => `${left} / ${total}`,
    en: (left: string, total: string) => `${left} of ${total}`,
  },
  pickups: { ja: "品物の受け渡し", en: "Pick-ups" },
  lookUp: { ja: "確かめる", en: "Look up" },
  handOut: { ja: "渡しました", en: "Handed out" },
  handedOut: {
    ja: (name: string) => `「${name}」を渡し済みにしました。`,
    en: (name: string) => `“${name}” is handed out.`,
  },
  handedOutBefore: {
    ja: (name: string, when: string, by: string) =>
      `「${name}」は渡し済みです(${when}${by && `、${by}`})。もう一度渡さないでください。`,
    en: (name: string, when: string, by: string) =>
      `“${name}” was handed out already (${when}${by && `, ${by}`}). Do not hand it out again.`,
  },
  nothingWaits: {
    ja: "この番号で待っている品物はありません。番号をお確かめください。",
    en: "Nothing waits under this code. Please check it.",
  },
  perhapsHandedOut: {
    ja: "記録されたかどうか分かりません。同じ番号をもう一度確かめてください。",
    en: "It is not known whether this was noted. Please look the same code up once more.",
  },
  waitingPickups: {
    ja: (count: string) => `受け取り待ち: ${count}件`,
    en: (count: string) => `Waiting: ${count}`,
  },
  settlements: { ja: "精算", en: "Settlements" },
  noPartners: { ja: "精算する相手はまだありません。", en: "There is nobody to settle with yet." },
  unsettled: {
    ja: (count: string, worth: string) => `未精算: ${count}件、${worth}`,
    en: (count: string, worth: string) => `Not settled: ${count}, worth ${worth}`,
  },
  worthInYen: { ja: (worth: string) => `${worth}円`, en: (worth: string) => `${worth} yen` },
  worthInPoints: {
    ja: (worth: string) => `${worth}ポイント(相手のポイント)`,
    en: (worth: string) => `${worth} of the partner’s points`,
  },
  allSettled: { ja: "未精算はありません。", en: "Everything is settled." },
  firstDay: { ja: "最初の日", en: "First day" },
  lastDay: { ja: "最後の日", en: "Last day" },
  settle: { ja: "精算する", en: "Settle" },
  todayIsSettledLater: {
    ja: "今日の分は、あすから精算できます。",
    en: "What was redeemed today can be settled from tomorrow on.",
  },
  settleWrongSpan: {
    ja: (last: string) =>
      `期間をお確かめください。最初の日は最後の日より前か同じ日で、最後の日は${last}までです。`,
    en: (last: string) =>
      `Please check the days: the first is not after the last, and the last is ${last} or earlier.`,
  },
  settleQuestion: {
    ja: (partner: string) => `「${partner}」と精算しますか`,
    en: (partner: string) => `Settle with ${partner}?`,
  },
  settleWhat: {
    ja: (from: string, to: string) =>
      `${from}から${to}までに交換が済んで、まだ精算していない分を、まとめて1つの精算にします。`,
    en: (from: string, to: string) =>
      `All that was redeemed from ${from} to ${to} and is not settled yet becomes one settlement.`,
  },
  settleSum: {
    ja: (count: string, worth: string) => `${count}件、合わせて${worth}です。`,
    en: (count: string, worth: string) =>
      `It comes to ${many(count, "redemption", "redemptions")}, worth ${worth}.`,
  },
  settleFile: {
    ja: "相手に渡すファイル(CSV、XLSX)ができます。いつ受け取っても同じ内容です。",
    en: "Its file for the partner (CSV, XLSX) is then ready, the same at every download.",
  },
  settleFinal: {
    ja: "取り消しや、やり直しはできません。",
    en: "It cannot be undone or made again.",
  },
  settleYes: { ja: "精算する", en: "Settle" },
  settleNo: { ja: "やめておく", en: "Not now" },
  settling: { ja: "精算しています…", en: "Settling…" },
  perhapsSettled: {
    ja: "精算されたかどうか分かりません。同じ期間でもう一度ためしても、精算は1回だけです。",
    en: "It is not known whether this was settled. Trying the same days again is safe: they are settled only once.",
  },
  settlementNumber: { ja: (of: string) => `精算${of}`, en: (of: string) => `No. ${of}` },
  settledSum: {
    ja: (count: string, worth: string) => `${count}件、${worth}`,
    en: (count: string, worth: string) => `${many(count, "redemption", "redemptions")}, ${worth}`,
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
