export function pageTexts(): Record<string, string>
