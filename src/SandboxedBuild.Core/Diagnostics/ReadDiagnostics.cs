using System.Text;
using SandboxedBuild.Paths;
using SandboxedBuild.Tracing;

namespace SandboxedBuild.Diagnostics;

/// <summary>SBX304x: what a step has read.</summary>
internal static class ReadDiagnostics
{
    private const int MostListed = 20;

    public static Diagnostic Undeclared(string target, IReadOnlyCollection<StepRead> reads, bool isError) => new(
        "SBX3040",
        $"the step of target {target} read {reads.Count} file{(reads.Count == 1 ? string.Empty : "s")} that its Inputs do not name: {string.Join("; ", reads.Take(MostListed).Select(static read => Shown(read.Path)))}{(reads.Count > MostListed ? "; …" : string.Empty)}. When {(reads.Count == 1 ? "it changes" : "they change")}, an incremental build does not run the step again. Add {(reads.Count == 1 ? "it" : "them")} to Inputs=\"…\" of the target and of the step, or do not look at it: SandboxUndeclaredInputs=Ignore.")
    {
        IsWarning = !isError,
    };

    public static Diagnostic Cut(string target) => new(
        "SBX3041",
        $"the step of target {target} read more files than are kept, so that some of what it read is not known. To know all of it, give it less to read at once, or narrower roots: Roots=\"…\" on the step")
    {
        IsWarning = true,
    };

    /// <summary>It is a warning whatever becomes of undeclared reads: nothing that was read is known to be wrong.</summary>
    public static Diagnostic Unnamed(string target, string inputs) => new(
        "SBX3042",
        $"what the step of target {target} reads is held against nothing, for its task has no Inputs, and a task cannot learn those of its target. Write at the task what stands at the target: Inputs=\"{Shown(inputs)}\" – or do not look at it: SandboxUndeclaredInputs=Ignore.")
    {
        IsWarning = true,
    };

    /// <summary>Names come from the command: what a terminal would obey is shown as it is.</summary>
    private static string Shown(string path) => BytePath.Display(Encoding.UTF8.GetBytes(path));
}
