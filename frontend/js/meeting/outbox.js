// Acts that wait on this device: in their order, each with its own key and its own time. Kept in IndexedDB, so that they
// outlive a closed page and an empty battery.

function opened(name) {
  return new Promise((done, failed) => {
    const request = indexedDB.open(name, 1);
    request.onupgradeneeded = () => {
      request.result.createObjectStore("acts", { keyPath: "order", autoIncrement: true });
      request.result.createObjectStore("state");
    };
    request.onsuccess = () => done(request.result);
    request.onerror = () => failed(request.error);
  });
}

function asked(request) {
  return new Promise((done, failed) => {
    request.onsuccess = () => done(request.result);
    request.onerror = () => failed(request.error);
  });
}

export class Outbox {
  constructor(number) {
    this.ready = opened(`madang-hall-${number}`);
  }

  async store(name, mode) {
    return (await this.ready).transaction(name, mode).objectStore(name);
  }

  async add(act) {
    return asked((await this.store("acts", "readwrite")).add(act));
  }

  async all() {
    return asked((await this.store("acts", "readonly")).getAll());
  }

  async remove(order) {
    return asked((await this.store("acts", "readwrite")).delete(order));
  }

  async keep(name, value) {
    return asked((await this.store("state", "readwrite")).put(value, name));
  }

  async kept(name) {
    return asked((await this.store("state", "readonly")).get(name));
  }
}
