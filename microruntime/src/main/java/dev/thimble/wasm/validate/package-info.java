/**
 * Validation (spec 3.0, chapter 3, and appendix "Validation Algorithm"), with the legacy exception instructions and the
 * proposals threads, custom page sizes and wide arithmetic. Linear in the size of the module, without recursion, and
 * without garbage per instruction; nothing is shared with translation.
 *
 * <p>{@link dev.thimble.wasm.validate.ModuleValidator} hears the decoder and validates each body as it completes.
 */
package dev.thimble.wasm.validate;
