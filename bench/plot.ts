import type { ContenderName } from './contenders.js';
import { contendersIn, type Results } from './report.js';
import { WORKLOADS } from './workloads.js';

const COLORS: Record<ContenderName, string> = {
  ours: '#1f6feb',
  raw: '#57606a',
  floor: '#afb8c1',
  'json-api-nestjs': '#d1242f',
  fortune: '#bf8700',
  'jsonapi-server': '#8250df',
};

const WIDTH = 960;
const LEFT = 350;
const RIGHT = 70;
const BAR = 13;
const GAP = 14;
const TOP = 64;

/** Bars of the processor time of each contender at each work, on a logarithmic scale, as SVG. */
export function plot({ figures }: Results): string {
  const times = [...figures.values()].flatMap((ofContenders) => [...ofContenders.values()].map(({ cpu }) => cpu));
  const [least, most] = [10 ** Math.floor(Math.log10(Math.min(...times))), Math.max(...times)];
  const x = (cpu: number) =>
    LEFT + ((WIDTH - LEFT - RIGHT) * Math.log(Math.max(cpu, least) / least)) / Math.log((most / least) * 1.02);

  const parts: string[] = [];
  let y = TOP;
  for (const [workName, ofContenders] of figures) {
    const middle = y + (ofContenders.size * BAR) / 2 + 4;
    parts.push(`<text x="${LEFT - 10}" y="${middle}" text-anchor="end">${escape(WORKLOADS[workName])}</text>`);
    for (const [name, { cpu }] of ofContenders) {
      const end = x(cpu);
      parts.push(
        `<rect x="${LEFT}" y="${y}" width="${(end - LEFT).toFixed(1)}" height="${BAR - 2}" fill="${COLORS[name]}"><title>${name}: ${cpu.toFixed(0)} µs</title></rect>`,
        `<text x="${(end + 4).toFixed(1)}" y="${y + BAR - 4}" class="value">${cpu.toFixed(0)}</text>`,
      );
      y += BAR;
    }
    y += GAP;
  }
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${y + 8}" font-family="system-ui, sans-serif" font-size="12" fill="#1f2328">
<style>.value { font-size: 10px; fill: #57606a } .grid { stroke: #d0d7de }</style>
<rect width="100%" height="100%" fill="#ffffff"/>
<text x="12" y="22" font-size="15" font-weight="600">Processor time of the server per request, µs (logarithmic; less is better)</text>
${legend(contendersIn(figures))}
${grid(least, most, x, y)}
${parts.join('\n')}
</svg>
`;
}

function legend(names: ContenderName[]): string {
  return names
    .map((name, index) => {
      const left = 12 + index * 140;
      return `<rect x="${left}" y="34" width="11" height="11" fill="${COLORS[name]}"/><text x="${left + 17}" y="44">${name}</text>`;
    })
    .join('\n');
}

function grid(least: number, most: number, x: (cpu: number) => number, bottom: number): string {
  const lines: string[] = [];
  for (let value = least; value <= most; value *= 10) {
    const at = x(value).toFixed(1);
    lines.push(`<line class="grid" x1="${at}" x2="${at}" y1="${TOP - 4}" y2="${bottom - GAP}"/>`);
    lines.push(`<text x="${at}" y="${bottom + 2}" text-anchor="middle" class="value">${value}</text>`);
  }
  return lines.join('\n');
}

const escape = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
