// What lies on this computer lies sealed: AES-GCM with the key that the server gave for its recording.

class Seal {
  static async with(base64) {
    const raw = Uint8Array.from(atob(base64), c => c.charCodeAt(0));
    const key = await crypto.subtle.importKey('raw', raw, 'AES-GCM', false, ['encrypt', 'decrypt']);
    raw.fill(0);
    return new Seal(key);
  }

  constructor(key) {
    this.key = key; // not extractable; it never reaches the disk
  }

  async close(content, label) {
    const iv = crypto.getRandomValues(new Uint8Array(12));
    return { iv, ciphertext: await crypto.subtle.encrypt(this.how(iv, label), this.key, content) };
  }

  async open({ iv, ciphertext }, label) {
    return new Uint8Array(
      await crypto.subtle.decrypt(this.how(iv, label), this.key, ciphertext),
    );
  }

  // The label binds a piece to its place: a chunk put under another number does not open.
  how(iv, label) {
    return { name: 'AES-GCM', iv, additionalData: new TextEncoder().encode(label) };
  }
}
