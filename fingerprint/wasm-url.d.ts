/** A bundler's URL of a wasm file in a package. */
declare module "*.wasm?url" {
  const url: string;
  export default url;
}
