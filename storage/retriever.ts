export class Retriever { constructor(_o:{gateways:string[]}){} async *read(_c:string,_o:{maxBytes:number}):AsyncGenerator<Uint8Array>{ } }
