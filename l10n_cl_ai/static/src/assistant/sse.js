/**
 * Yield the events of a stream of server-sent events, however the network cut it into chunks.
 *
 * Only what our server sends is read: `data:` lines of JSON. Comments (pings) and what is not JSON are passed over.
 *
 * @param {ReadableStream<Uint8Array>} body
 * @returns {AsyncGenerator<Object>}
 */
export function readEvents(body) {
    return events(body);
}

// Not exported: what makes modules of files for the browser does not know of generators.
async function* events(body) {
    const reader = body.getReader();
    const decoder = new TextDecoder();
    let rest = "";
    try {
        for (;;) {
            const { done, value } = await reader.read();
            rest += done ? decoder.decode() : decoder.decode(value, { stream: true });
            const parts = rest.split(/\r\n\r\n|\n\n/);
            rest = parts.pop();
            for (const part of parts) {
                const event = parse(part);
                if (event) {
                    yield event;
                }
            }
            if (done) {
                return;
            }
        }
    } finally {
        reader.cancel().catch(() => {});
    }
}

function parse(part) {
    const data = part
        .split(/\r?\n/)
        .filter((line) => line.startsWith("data:"))
        .map((line) => line.slice(5).replace(/^ /, ""))
        .join("\n");
    if (!data) {
        return null;
    }
    try {
        return JSON.parse(data);
    } catch {
        return null;
    }
}
