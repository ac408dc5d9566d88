// Whether this profile has been through its first run in this browser.

const key = (profile: string): string => `homing-demo:${profile}:welcomed`;

export function wasWelcomed(profile: string): boolean {
  return localStorage.getItem(key(profile)) !== null;
}

export function setWelcomed(profile: string): void {
  localStorage.setItem(key(profile), "yes");
}
