// Whether somebody comes for the first time. Nothing is stored before they have said what they
// want: a backup goes to an empty place.

const mark = (profile: string): string => `homing-demo:${profile}:welcomed`;

export async function isFirstRun(profile: string): Promise<boolean> {
  if (localStorage.getItem(mark(profile)) !== null) return false;
  // Browsers write localStorage down some seconds later, and may be killed before.
  const databases = await indexedDB.databases();
  return !databases.some(({ name }) => name === `/homing/${profile}`);
}

export function endFirstRun(profile: string): void {
  localStorage.setItem(mark(profile), "yes");
}
