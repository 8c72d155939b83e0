/** A fault that people are told about: a stable code, whose sentence stands in the catalogue as `fault.<code>`. */

export class Fault extends Error {
  /**
   * @param {string} code
   * @param {Record<string, string | number>} [values] what the sentence fills in
   */
  constructor(code, values = {}) {
    super(code);
    this.code = code;
    this.values = values;
  }
}
