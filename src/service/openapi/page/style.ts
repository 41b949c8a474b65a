/** Of the page, and all of it: light and dark, from 360 px on. */
export const STYLE = `
:root { color-scheme: light dark; --text: light-dark(#1b1f24, #e6e8eb); --quiet: light-dark(#57606a, #a2abb5);
  --back: light-dark(#fff, #14171a); --panel: light-dark(#f3f5f7, #1f2429); --line: light-dark(#c9d0d6, #3d454d);
  --link: light-dark(#0a58ca, #7db4ff); --mark: light-dark(#8a3b00, #ffb27d) }
* { box-sizing: border-box }
body { margin: 0 auto; padding: 1rem; max-width: 56rem; color: var(--text); background: var(--back);
  font: 1rem/1.5 system-ui, sans-serif; overflow-wrap: anywhere }
a { color: var(--link) }
a:focus-visible, summary:focus-visible, pre:focus-visible { outline: 3px solid var(--link); outline-offset: 2px }
h1 { font-size: 1.6rem; margin: 0 }
h2 { font-size: 1.3rem; margin: 2.5rem 0 .5rem; border-bottom: 1px solid var(--line) }
h3 { font-size: 1.05rem; margin: 0 }
h4 { font-size: .95rem; margin: 1rem 0 .25rem }
article { margin: 1rem 0; padding: 1rem; border: 1px solid var(--line); border-radius: .5rem }
code, pre { font-family: ui-monospace, monospace; font-size: .9em }
code { background: var(--panel); padding: 0 .2em; border-radius: .2em }
pre { background: var(--panel); padding: .75rem; margin: .25rem 0 .75rem; overflow-x: auto; border-radius: .3rem;
  overflow-wrap: normal }
pre code { padding: 0 }
nav ul { padding-left: 1.2rem; margin: .25rem 0 }
dl { margin: .25rem 0 .5rem }
dt { margin-top: .4rem }
dd { margin: 0 0 0 1rem }
dd dl { border-left: 2px solid var(--line); padding-left: .6rem }
summary { cursor: pointer; padding: .2rem 0 }
.quiet { color: var(--quiet); font-size: .9rem }
.method { color: var(--mark); font-weight: 700 }
.skip { position: absolute; left: -100vw }
.skip:focus { position: static }
`;
