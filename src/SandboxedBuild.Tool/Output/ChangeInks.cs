using SandboxedBuild.Changes;

namespace SandboxedBuild.Tool.Output;

/// <summary>Changes in colours, as git has them.</summary>
internal static class ChangeInks
{
    /// <summary>The ink for a change.</summary>
    public static Ink For(Change change) => change.Kind switch
    {
        ChangeKind.Added => Ink.Green,
        ChangeKind.Deleted => Ink.Red,
        ChangeKind.Renamed => Ink.Cyan,
        _ => Ink.Yellow,
    };
}
