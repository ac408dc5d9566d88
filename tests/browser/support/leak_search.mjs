// Looks for a text in bytes, also in the disguises in which software writes texts down.

/** Base64 of a text that starts at any of three places in a group, without the cut-off ends. */
function base64Forms(bytes) {
  return [0, 1, 2].map((skipped) => {
    const encoded = Buffer.concat([Buffer.alloc(skipped), bytes]).toString("base64");
    const cutFront = [0, 2, 3][skipped];
    const uneven = (bytes.length + skipped) % 3;
    const cutBack = [0, 3, 2][uneven];
    return encoded.slice(cutFront, encoded.length - cutBack);
  });
}

function disguises(bytes) {
  const hex = bytes.toString("hex");
  const base64 = base64Forms(bytes);
  const base64url = base64.map((form) => form.replaceAll("+", "-").replaceAll("/", "_"));
  return [
    ["as it is", bytes],
    ["in UTF-16", Buffer.from(bytes.toString("utf8"), "utf16le")],
    ["in hex", Buffer.from(hex)],
    ["in upper-case hex", Buffer.from(hex.toUpperCase())],
    ...[...base64, ...base64url].map((form) => ["in base64", Buffer.from(form)]),
  ];
}

/** In which disguises `needle` (text or bytes) is in `haystack`. */
export function findLeaks(haystack, needle) {
  const bytes = Buffer.from(needle);
  return disguises(bytes).filter(([, form]) => haystack.includes(form)).map(([how]) => how);
}
