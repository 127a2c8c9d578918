/** What `lostcancel --help` prints. */
export const HELP = `Usage: lostcancel [options] [paths...]
       lostcancel explain FILE:LINE
       lostcancel graph FILE:LINE [--format <text|dot|mermaid|svg>]

Reports cancel functions and other handles that some path through a function loses, and shows that path.
Needs no configuration. Without paths, the current directory is checked.

Checked are *.ts, *.tsx, *.mts, *.cts, *.js, *.jsx, *.mjs and *.cjs. Inside a directory, node_modules, build output
(dist, build, out, coverage, .next, ...), *.min.js and declaration files (*.d.ts) are left out; a path that is named
here is always checked. eslint-disable comments work as they do in ESLint.

explain tells the path of a report step by step, with what holds the handle; for a line without a report it says why
there is none. graph draws the control-flow graph of the function around the line, with that path marked; svg needs
the package @hpcc-js/wasm-graphviz. (A path with such a name is written ./explain, ./graph.)

Options:
  --format <format>         what to print (default: stylish)
                              stylish   the reports, with a code frame for each step of the path
                              json      all that is known of them
                              sarif     SARIF 2.1.0, for GitHub code scanning and other viewers
                              github    annotations for the log of a GitHub workflow
                              html      one page to look at, with the paths drawn into the code
  --rule <name>:<setting>   change one rule; can be given several times. A setting is off, warn, error, or the
                            options of the rule as a JSON object, or both: ["warn", { ... }]
  --max-warnings <number>   fail when there are more warnings than this
  --help, -h                print this text
  --version, -v             print the version

Examples:
  lostcancel src
  lostcancel --rule no-lost-cancel:warn --max-warnings 10 src tests/helpers.ts
  lostcancel explain src/queue.ts:42
  lostcancel graph src/queue.ts:42 --format svg > queue.svg
  lostcancel --rule 'no-lost-cancel:{"throws":"call"}' --format json src

Exit code:
  0   nothing was found
  1   something was found: an error, or more warnings than allowed
  2   the command line is wrong, or some file could not be checked
`;
