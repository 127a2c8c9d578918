export class Heart {
  readonly #beat: NodeJS.Timeout;
  #beats = 0;

  constructor() {
    this.#beat = setInterval(() => {
      this.#beats += 1;
    }, 1000);
  }

  get beats(): number {
    return this.#beats;
  }
}
