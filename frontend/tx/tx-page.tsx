export function TxPage() {
  return null;
}
