using System.Globalization;

namespace SandboxedBuild.Core.Tests;

/// <summary>Trees with everything that can be known of them: owners, attributes, holes, times (see Native/describe.c).</summary>
internal static class Trees
{
    /// <summary>A tree as text, with all times.</summary>
    public static string Exact(string directory) => Describe(directory);

    /// <summary>A tree as text without holes; times after <paramref name="since"/> are <c>now</c>.</summary>
    public static string Since(string directory, DateTimeOffset since) => Describe(directory, since.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture));

    /// <summary>The line of one entry.</summary>
    public static string LineOf(string directory, string path) =>
        Exact(directory).Split('\n').FirstOrDefault(line => line.Split(' ') is [_, _, _, var name, ..] && name == path) ?? $"no {path}";

    private static string Describe(params string[] arguments)
    {
        var run = Command.Run(NativeProgram.Describe, arguments);
        Assert.That(run.ExitCode, Is.Zero, run.Error);
        return run.OutputText;
    }
}
