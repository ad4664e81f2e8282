/** A source of samples. `venue`: what a hall or counter is called; `recorded`: what it recorded, in words. */
export interface Device {
  source: string;
  name: string;
  venue: string | null;
  recorded: readonly string[];
  firstDay: string;
  lastDay: string;
}
