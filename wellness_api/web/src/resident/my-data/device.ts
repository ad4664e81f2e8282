/** A source of samples. `venue`: the name of a hall or counter; `recorded`: what it recorded, in words. */
export interface Device {
  source: string;
  name: string;
  venue: string | null;
  recorded: readonly string[];
  firstDay: string;
  lastDay: string;
}
