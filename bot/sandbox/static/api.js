// The driving interface below /sandbox, and what went wrong in plain words.

export class Refused extends Error {}

async function call(method, path, body) {
  let response;
  try {
    response = await fetch(`/sandbox${path}`, {
      method,
      headers: body === undefined ? {} : { "Content-Type": "application/json" },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
  } catch {
    throw new Refused("The sandbox does not answer. Is it still running?");
  }
  const answer = await response.json().catch(() => null);
  if (response.ok) return answer;
  throw new Refused(answer?.error ?? `The sandbox answered with status ${response.status}.`);
}

export const get = (path) => call("GET", path);
export const post = (path, body = {}) => call("POST", path, body);
export const patch = (path, body) => call("PATCH", path, body);
export const fileAddress = (fileId) => `/sandbox/files/${encodeURIComponent(fileId)}`;

/** A chosen file as the interface takes it: {name, base64}. */
export function encoded(file) {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve({ name: file.name, base64: reader.result.split(",", 2)[1] ?? "" });
    reader.onerror = () => reject(new Refused(`${file.name} can't be read.`));
    reader.readAsDataURL(file);
  });
}
