import type { Zone, Zones } from "../../client/api";

type Point = [number, number];
type Ring = Point[];

/** West-south and east-north corner of all zones, in degrees. */
export function boundsOf(zones: Zones): [Point, Point] {
  const points = zones.features.flatMap((zone) => outerRings(zone).flat());
  const longitudes = points.map(([longitude]) => longitude);
  const latitudes = points.map(([, latitude]) => latitude);
  return [
    [Math.min(...longitudes), Math.min(...latitudes)],
    [Math.max(...longitudes), Math.max(...latitudes)],
  ];
}

/** The place of the zone's label: the centre of mass of its largest part. */
export function labelPoint(zone: Zone): Point {
  const moments = outerRings(zone).map(momentsOf);
  const largest = moments.reduce((a, b) => (Math.abs(b.area) > Math.abs(a.area) ? b : a));
  return [largest.x / (3 * largest.area), largest.y / (3 * largest.area)];
}

/** Every ring of the zone, also those around holes. */
export function rings(zone: Zone): Ring[] {
  const { geometry } = zone;
  const polygons = geometry.type === "Polygon" ? [geometry.coordinates] : geometry.coordinates;
  return polygons.flat() as Ring[];
}

function outerRings(zone: Zone): Ring[] {
  const { geometry } = zone;
  const polygons = geometry.type === "Polygon" ? [geometry.coordinates] : geometry.coordinates;
  return polygons.flatMap(([outer]) => (outer ? [outer as Ring] : []));
}

/** Twice the signed area of a closed ring, and its first moments times six: the shoelace formula. */
function momentsOf(ring: Ring): { area: number; x: number; y: number } {
  const sums = { area: 0, x: 0, y: 0 };
  ring.forEach(([x1, y1], place) => {
    const [x2, y2] = ring[(place + 1) % ring.length] ?? [x1, y1];
    const cross = x1 * y2 - x2 * y1;
    sums.area += cross;
    sums.x += (x1 + x2) * cross;
    sums.y += (y1 + y2) * cross;
  });
  return sums;
}
