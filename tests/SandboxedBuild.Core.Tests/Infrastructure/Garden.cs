using System.Collections.Concurrent;

namespace SandboxedBuild.Core.Tests;

/// <summary>A script that plants a tree with one of everything, all of it long ago.</summary>
internal static class Garden
{
    /// <summary>What scripts may call: <c>attr</c> and <c>sock</c>.</summary>
    public static string Programs => $"attr() {{ {NativeProgram.Attribute} \"$@\"; }}; sock() {{ {NativeProgram.UnixSocket} make \"$1\" >/dev/null; }}; ";

    /// <summary>The paths of those programs, which a step has to see.</summary>
    public static string[] Needs => [NativeProgram.Attribute, NativeProgram.UnixSocket];

    /// <summary>What is planted.</summary>
    public const string Plants = """
        echo alpha > file; echo alpha > twin; : > empty; printf '#!/bin/sh\n' > tool; chmod 755 tool
        mkdir -p dir/sub/deep dir/other hollow
        echo beta > dir/file; echo gamma > dir/other/file; echo delta > dir/sub/deep/file; echo epsilon > dir/sub/file
        ln -s file link; ln -s nowhere dangling; ln -s dir dirlink
        mkfifo pipe; sock socket
        echo zeta > attributed; attr set attributed user.colour 626c7565; attr set dir user.shape 726f756e64
        """;

    private const string LongAgo = "find . -depth -execdir touch -h -d @1000000000.123456789 {} +";

    private static readonly ConcurrentDictionary<string, Lazy<string>> Nurseries = new(StringComparer.Ordinal);

    /// <summary>Plants it, or what <paramref name="plants"/> says, in a directory that is not there yet.</summary>
    public static void Plant(string directory, string plants = Plants)
    {
        var copy = Command.Run("cp", ["-a", "--no-target-directory", "--", Nursery(plants), directory]);
        Assert.That(copy.ExitCode, Is.Zero, copy.Error);
    }

    /// <summary>A tree to copy, with what <paramref name="plants"/> says; planted once, however often it is asked for.</summary>
    public static string Nursery(string plants) =>
        Nurseries.GetOrAdd(plants, static plants => new(() => Raise(Path.Combine(SuiteSetUp.Shared, "nursery-" + Guid.NewGuid().ToString("N")), plants))).Value;

    /// <summary>The same without a copy, for trees that cp cannot copy.</summary>
    public static string Raise(string directory, string plants)
    {
        Directory.CreateDirectory(directory);
        Shell.Run(directory, $"umask 022; {Programs}{plants}\n{LongAgo}");
        return directory;
    }
}
