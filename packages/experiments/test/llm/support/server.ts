import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What the server saw of a request. */
export interface SeenRequest {
  path: string;
  headers: IncomingHttpHeaders;
  body: {
    model: string;
    max_tokens?: number;
    response_format?: { type: string };
    reasoning_effort?: string;
    messages: { role: string; content: string }[];
  };
}

/** How the server treats one request. */
export type Reply =
  | { status: number; body: string; headers?: Record<string, string> }
  /** Never answers. */
  | 'silence'
  /** Closes the connection. */
  | 'hang-up';

export type Script = readonly (Reply | ((request: SeenRequest) => Reply))[];

/** An answer of the model, as chat completions wrap it. */
export function says(
  content: string,
  { finish = 'stop', usage = { prompt_tokens: 100, completion_tokens: 20, total_tokens: 120 } as unknown } = {},
): Reply {
  const message = { role: 'assistant', content };
  const completion = {
    id: '1',
    object: 'chat.completion',
    created: 1,
    model: 'm',
    choices: [{ index: 0, message, finish_reason: finish }],
    usage,
  };
  return { status: 200, headers: { 'content-type': 'application/json' }, body: JSON.stringify(completion) };
}

/** An error as OpenAI words it. */
export function fails(status: number, message: string, headers: Record<string, string> = {}): Reply {
  return { status, headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify({ error: { message } }) };
}

/** A server on this machine that speaks chat completions and does as a script says; the last line of it is repeated. */
export class ModelServer {
  readonly requests: SeenRequest[] = [];

  private constructor(private readonly server: Server) {}

  static async start(script: Script): Promise<ModelServer> {
    const server = createServer();
    const self = new ModelServer(server);
    server.on('request', (request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const body = JSON.parse(Buffer.concat(chunks).toString()) as SeenRequest['body'];
        const seen = { path: request.url!, headers: request.headers, body };
        const line = script[Math.min(self.requests.length, script.length - 1)]!;
        self.requests.push(seen);
        const reply = typeof line === 'function' ? line(seen) : line;
        if (reply === 'hang-up') request.socket.destroy();
        else if (reply !== 'silence') response.writeHead(reply.status, reply.headers).end(reply.body);
      });
    });
    await new Promise<void>((resolve) => {
      server.listen(0, '127.0.0.1', resolve);
    });
    return self;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/v1`;
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => {
      this.server.close(resolve);
    });
  }
}
