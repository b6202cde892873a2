// SPDX-License-Identifier: MIT
// Opens armor from standard input with OpenPGP.js; fails unless the signature is the signer's.
// Usage: node open.mjs READER-SECRET-KEY SIGNER-PUBLIC-KEY     key files; prints what was inside
import { readFileSync } from 'node:fs';
import { decrypt, readKey, readMessage, readPrivateKey } from 'openpgp';

const [reader, signer] = process.argv.slice(2).map((path) => readFileSync(path, 'utf8'));
const { data, signatures } = await decrypt({
  message: await readMessage({ armoredMessage: readFileSync(0, 'utf8') }),
  decryptionKeys: await readPrivateKey({ armoredKey: reader }),
  verificationKeys: await readKey({ armoredKey: signer }),
  format: 'binary',
  expectSigned: true,
});
await signatures[0].verified;
process.stdout.write(data);
