import { TestEnvironment } from "jest-environment-node";
import vm from "node:vm";

/**
 * Jest's environment for Node.js, with a context of plain globals. Its own context is a proxy, which every look at a global,
 * as at `Promise` or `Date`, goes through: that would be the greater part of a schedule's time (nodejs/node, issue 31658).
 */
export default class PlainGlobals extends TestEnvironment {
  constructor(config, context) {
    const { createContext } = vm;
    // the only way in: the base class makes its context in its constructor
    vm.createContext = () => createContext(vm.constants.DONT_CONTEXTIFY);
    try {
      super(config, context);
    } finally {
      vm.createContext = createContext;
    }
  }
}
