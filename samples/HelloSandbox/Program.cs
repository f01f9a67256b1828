// What is on the desk after the build.
foreach (var file in Directory.EnumerateFiles("desk").Order(StringComparer.Ordinal))
{
    Console.WriteLine($"{file}: {string.Join(' ', File.ReadLines(file))}");
}
