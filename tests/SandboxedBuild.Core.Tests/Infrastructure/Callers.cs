using System.Collections.Immutable;
using SandboxedBuild.Sandboxing;

namespace SandboxedBuild.Core.Tests;

/// <summary>The environments of those who ask for steps.</summary>
internal static class Callers
{
    public const string SystemPath = "/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin";

    /// <summary>The system's, after the directory of the bwrap that SANDBOXEDBUILD_TEST_BWRAP names: so the suite runs with another version of it.</summary>
    public static string SearchPath { get; } = Environment.GetEnvironmentVariable("SANDBOXEDBUILD_TEST_BWRAP") is { Length: > 0 } bubblewrap ? $"{Path.GetDirectoryName(bubblewrap)}:{SystemPath}" : SystemPath;

    /// <summary>Whether the bwrap that is found there is 0.11 or later, which mounts overlays itself.</summary>
    public static bool HaveNewerBubblewrap => ((BubblewrapTools)HostTools.Find(Isolation.Bubblewrap, With())).MountsOverlays;

    /// <summary>A caller with these variables and the system's <c>PATH</c>.</summary>
    public static CallerEnvironment With(params (string Name, string Value)[] variables) =>
        new(variables.Prepend(("PATH", SearchPath)).ToImmutableDictionary(static pair => pair.Item1, static pair => pair.Item2, StringComparer.Ordinal));

    /// <summary>A caller whose home is this directory.</summary>
    public static CallerEnvironment At(string home) => With(("HOME", home));

    /// <summary>The same caller with one variable more.</summary>
    public static CallerEnvironment And(this CallerEnvironment caller, string name, string value) => new(caller.Variables.SetItem(name, value));
}
