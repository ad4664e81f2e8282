import { type PlainWordKey, say } from "./words";

/** The catalogue's units: UCUM's codes, and the words that people read. */
const UNIT_WORDS: Record<string, PlainWordKey> = {
  "{steps}": "stepsUnit",
  "{floors}": "unitFloors",
  "/min": "unitPerMinute",
  "mm[Hg]": "unitBloodPressure",
  kg: "unitKilograms",
  "kg/m2": "unitBodyMassIndex",
  cm: "unitCentimetres",
  m: "unitMetres",
  km: "unitKilometres",
  min: "unitMinutes",
  kcal: "unitKilocalories",
  ms: "unitMilliseconds",
  "%": "unitPercent",
  Cel: "unitCelsius",
  "mg/dL": "unitBloodGlucose",
};

const WITHOUT_UNIT = "1";

export function unitWord(ucum: string): string {
  if (ucum === WITHOUT_UNIT) return "";
  const word = UNIT_WORDS[ucum];
  return word === undefined ? ucum : say(word);
}
