// Stands in for curl where there is none: the options that the README uses (-s, -i, -w, -H, -d), and no
// others. Called as `node curl.cjs <arguments of curl>`.
const http = require('node:http');

const options = { include: false, headers: {}, write: '', data: undefined, url: undefined };
const args = process.argv.slice(2);
while (args.length > 0) {
  const arg = args.shift();
  if (!arg.startsWith('-')) {
    options.url = arg;
    continue;
  }
  for (const letter of arg.slice(1)) {
    if (letter === 's') continue;
    else if (letter === 'i') options.include = true;
    else if (letter === 'w') options.write = args.shift().replaceAll('\\n', '\n');
    else if (letter === 'd') options.data = args.shift();
    else if (letter === 'H') {
      const [name, ...value] = args.shift().split(': ');
      options.headers[name] = value.join(': ');
    } else throw new Error(`this curl has no -${letter}`);
  }
}

const method = options.data === undefined ? 'GET' : 'POST';
const request = http.request(options.url, { method, headers: options.headers }, (response) => {
  if (options.include) {
    const { httpVersion, statusCode, statusMessage, rawHeaders } = response;
    process.stdout.write(`HTTP/${httpVersion} ${statusCode} ${statusMessage}\r\n`);
    for (let i = 0; i < rawHeaders.length; i += 2) {
      process.stdout.write(`${rawHeaders[i]}: ${rawHeaders[i + 1]}\r\n`);
    }
    process.stdout.write('\r\n');
  }
  response.on('data', (chunk) => process.stdout.write(chunk));
  response.on('end', () => process.stdout.write(options.write));
});
request.end(options.data);
