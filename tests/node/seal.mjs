// SPDX-License-Identifier: MIT
// Signs and encrypts what comes on standard input, by OpenPGP.js as webmail extensions use it.
// Usage: node seal.mjs SIGNER-SECRET-KEY READER-PUBLIC-KEY     key files; prints armor
import { readFileSync } from 'node:fs';
import { createMessage, encrypt, readKey, readPrivateKey } from 'openpgp';

const [signer, reader] = process.argv.slice(2).map((path) => readFileSync(path, 'utf8'));
const message = await createMessage({ binary: new Uint8Array(readFileSync(0)) });
process.stdout.write(await encrypt({
  message,
  encryptionKeys: await readKey({ armoredKey: reader }),
  signingKeys: await readPrivateKey({ armoredKey: signer }),
}));
