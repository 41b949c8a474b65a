const crypto = require('node:crypto');

/**
 * scrypt takes most of the time of the tests of crypto, and its answer depends on its arguments alone:
 * a process of mutation tests computes each answer once.
 */
const REAL = Symbol.for('scrypt as it is');

if (!crypto[REAL]) {
  const real = (crypto[REAL] = crypto.scrypt);
  const answers = new Map();
  crypto.scrypt = (material, salt, length, options, done) => {
    const hex = [material, salt].map((bytes) => Buffer.from(bytes).toString('hex'));
    const key = JSON.stringify([...hex, length, options]);
    const known = answers.get(key);
    // A copy: who derives a key wipes the bytes.
    if (known) return void setImmediate(() => done(null, Buffer.from(known)));
    real(material, salt, length, options, (error, bytes) => {
      if (!error) answers.set(key, Buffer.from(bytes));
      done(error, bytes);
    });
  };
}
