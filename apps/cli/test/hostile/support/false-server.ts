import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What the server does with a request; never answering is allowed. */
export type Behaviour = (response: ServerResponse, request: IncomingMessage) => void;

/** A server on this machine that keeps what it is sent and does as it likes. */
export class FalseServer {
  /** Everything of a request as one text. */
  readonly requests: string[] = [];

  private constructor(
    private readonly server: Server,
    public behaviour: Behaviour,
  ) {}

  static async start(behaviour: Behaviour): Promise<FalseServer> {
    const server = createServer();
    const self = new FalseServer(server, behaviour);
    server.on('request', (request, response) => {
      const chunks: Buffer[] = [];
      response.on('error', () => undefined);
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const { method, rawHeaders, url } = request;
        self.requests.push([method, url, ...rawHeaders, Buffer.concat(chunks).toString('utf8')].join('\n'));
        self.behaviour(response, request);
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
