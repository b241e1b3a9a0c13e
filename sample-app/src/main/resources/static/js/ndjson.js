/** Posts and hands over each line of the answer, an object, as it arrives. Returns when the stream ends. */
export async function stream(path, { token, body, signal, onLine }) {
  const response = await fetch(path, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', Authorization: 'Bearer ' + token },
    body: JSON.stringify(body),
    signal
  });
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = '';
  for (;;) {
    const { done, value } = await reader.read();
    const lines = (rest + (value ?? '')).split('\n');
    rest = done ? '' : lines.pop();
    lines.filter(line => line.trim()).forEach(line => onLine(JSON.parse(line)));
    if (done) return;
  }
}
