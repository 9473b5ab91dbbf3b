// An OpenID Connect provider on this machine, which lets in whomever it was told without a word.
import { createHash, generateKeyPairSync, randomBytes, sign } from "node:crypto";
import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";

export const CLIENT_ID = "agent-ledger";

interface Grant {
  nonce: string;
  challenge: string;
}

/** `await using provider = await Provider.start()` stops it at the end of the block. */
export class Provider implements AsyncDisposable {
  /** Whom it vouches for. */
  email = "nobody@id.example";
  readonly #keys = generateKeyPairSync("ec", { namedCurve: "P-256" });
  readonly #grants = new Map<string, Grant>();
  readonly #server: Server;

  private constructor() {
    this.#server = createServer((request, response) => {
      void (async () => {
        const url = new URL(request.url ?? "/", this.issuer);
        if (url.pathname === "/authorize") {
          response.writeHead(302, { Location: this.#authorize(url.searchParams) }).end();
          return;
        }
        let body = "";
        for await (const part of request) {
          body += String(part);
        }
        const answer = this.#answer(url.pathname, new URLSearchParams(body));
        response.writeHead(answer ? 200 : 404, { "Content-Type": "application/json" });
        response.end(JSON.stringify(answer ?? {}));
      })();
    });
  }

  static async start(): Promise<Provider> {
    const provider = new Provider();
    provider.#server.listen(0, "127.0.0.1");
    await once(provider.#server, "listening");
    return provider;
  }

  get issuer(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, "close");
  }

  /** Where the browser is sent back to. */
  #authorize(asked: URLSearchParams): string {
    const code = randomBytes(16).toString("hex");
    this.#grants.set(code, {
      nonce: asked.get("nonce") ?? "",
      challenge: asked.get("code_challenge") ?? "",
    });
    const back = new URL(asked.get("redirect_uri") ?? "");
    back.searchParams.set("code", code);
    back.searchParams.set("state", asked.get("state") ?? "");
    return back.href;
  }

  #answer(path: string, form: URLSearchParams): object | undefined {
    switch (path) {
      case "/.well-known/openid-configuration":
        return {
          issuer: this.issuer,
          authorization_endpoint: `${this.issuer}/authorize`,
          token_endpoint: `${this.issuer}/token`,
          jwks_uri: `${this.issuer}/keys`,
          response_types_supported: ["code"],
          subject_types_supported: ["public"],
          id_token_signing_alg_values_supported: ["ES256"],
        };
      case "/keys":
        return {
          keys: [{ ...this.#keys.publicKey.export({ format: "jwk" }), kid: "1", use: "sig", alg: "ES256" }],
        };
      case "/token":
        return this.#token(form);
      default:
        return undefined;
    }
  }

  #token(form: URLSearchParams): object | undefined {
    const code = form.get("code") ?? "";
    const grant = this.#grants.get(code);
    this.#grants.delete(code);
    const verifier = createHash("sha256").update(form.get("code_verifier") ?? "");
    if (grant?.challenge !== verifier.digest("base64url")) {
      return undefined;
    }
    const now = Math.floor(Date.now() / 1000);
    const encode = (part: object) => Buffer.from(JSON.stringify(part)).toString("base64url");
    const signed = [
      encode({ alg: "ES256", kid: "1" }),
      encode({
        iss: this.issuer,
        aud: CLIENT_ID,
        sub: this.email,
        email: this.email,
        email_verified: true,
        nonce: grant.nonce,
        iat: now,
        exp: now + 300,
      }),
    ].join(".");
    const signature = sign("sha256", Buffer.from(signed), {
      key: this.#keys.privateKey,
      dsaEncoding: "ieee-p1363",
    });
    return {
      access_token: "of no use",
      token_type: "Bearer",
      expires_in: 60,
      id_token: `${signed}.${signature.toString("base64url")}`,
    };
  }
}
