/** `count` rows in Pinpoint's own CSV format, with the header. Row n has the Id `c<n>`. */
export function contactsCsv(count: number, from = 1): string {
  const rows = Array.from({ length: count }, (_, index) => {
    const n = from + index;
    return `c${n},EMAIL,person${n}@example.com,Music`;
  });
  return `${["Id,ChannelType,Address,Attributes.Interests", ...rows].join("\n")}\n`;
}
