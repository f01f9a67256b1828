namespace SandboxedBuild.EndToEnd.Tests.Infrastructure;

/// <summary>Copies of the samples.</summary>
internal static class Samples
{
    private static readonly string[] Built = ["bin", "obj", "desk", "feed", "packages"];

    /// <summary>Copies a directory, but not what builds of a sample make in it.</summary>
    public static void Copy(string from, string to)
    {
        Directory.CreateDirectory(to);
        foreach (var file in Directory.EnumerateFiles(from))
        {
            File.Copy(file, Path.Combine(to, Path.GetFileName(file)));
        }

        foreach (var directory in Directory.EnumerateDirectories(from).Where(directory => !Built.Contains(Path.GetFileName(directory))))
        {
            Copy(directory, Path.Combine(to, Path.GetFileName(directory)));
        }
    }
}
