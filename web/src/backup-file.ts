// What a backup is called on disk.

/** The type of a backup; browsers do not show it, file pickers can ask for it. */
export const backupType = "application/vnd.homing.backup";
/** The ending of its name, for the `accept` of a file picker. */
export const backupExtension = ".homing";

/** Names the backup after the day it was made. */
export function backupFile(backup: Blob, day: Date): File {
  const two = (value: number): string => String(value).padStart(2, "0");
  const date = `${day.getFullYear()}-${two(day.getMonth() + 1)}-${two(day.getDate())}`;
  return new File([backup], `homing-${date}${backupExtension}`, { type: backupType });
}
