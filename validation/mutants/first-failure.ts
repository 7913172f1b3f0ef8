// A property that fails has said what is asked of it here: no smaller example is looked for.

import fc from "fast-check";

fc.configureGlobal({ ...fc.readConfigureGlobal(), endOnFailure: true });
