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
  lastRecord: {
    ja: (day: string) => `最後の記録 ${day}`,
    en: (day: string) => `Last record ${day}`,
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
