using System.Collections.Immutable;
using System.Text;
using SandboxedBuild.Paths;
using SandboxedBuild.Violations;

namespace SandboxedBuild.Diagnostics;

/// <summary>The sandbox has refused something, and the step has failed, or was traced.</summary>
internal static class ViolationDiagnostics
{
    private const int MostTold = 20;
    private const int LongestEvidence = 500;

    /// <summary>One for each, and one that counts those beyond the first twenty.</summary>
    /// <param name="who">To whom.</param>
    /// <param name="violations">The violations.</param>
    /// <param name="failed">Whether the step failed: then they are errors.</param>
    public static IEnumerable<Diagnostic> All(Refused who, ImmutableArray<Violation> violations, bool failed) =>
        violations.Take(MostTold).Select(violation => Of(who.Noun, violation)).Concat(violations.Length > MostTold ? [More(who, violations.Length - MostTold)] : []).Select(diagnostic => diagnostic with { IsWarning = !failed });

    private static Diagnostic Of(string noun, Violation violation) => violation.Kind switch
    {
        ViolationKind.Write => new("SBX3030", $"the sandbox refused a write: {Name(violation, "what was to be written")} is read-only for the {noun}, or not there. {Rest(violation)}"),
        ViolationKind.Read => new("SBX3031", $"the sandbox does not show {Name(violation, "a path")} to the {noun}, though it exists. {Rest(violation)}"),
        ViolationKind.Network => new("SBX3032", $"the sandbox has no network, and the {noun} wanted to reach {Name(violation, "another host")}. {Rest(violation)}"),
        ViolationKind.Protected => new("SBX3033", $"the sandbox refused a write: {Name(violation, "a path")} is protected. {Rest(violation)}"),
        _ => new("SBX3034", $"the sandbox refused the system call {Name(violation, "of the " + noun)}. {Rest(violation)}"),
    };

    private static Diagnostic More(Refused who, int count) => new("SBX3035", $"the sandbox refused {count} more accesses to {who.Name}; all of them {who.Where}");

    private static string Name(Violation violation, string otherwise) => violation.Subject.Length == 0 ? otherwise : Shown(violation.Subject);

    private static string Rest(Violation violation) => $"({Shown(violation.Evidence.Length > LongestEvidence ? violation.Evidence[..LongestEvidence] + "…" : violation.Evidence)}) {violation.Remedy}.";

    /// <summary>Names and lines come from the command: what a terminal would obey is shown as it is.</summary>
    private static string Shown(string text) => BytePath.Display(Encoding.UTF8.GetBytes(text));
}

/// <summary>To whom something was refused, in the words of messages.</summary>
/// <param name="Noun">What it is.</param>
/// <param name="Name">Which one.</param>
/// <param name="Where">Where everything is that was refused to it.</param>
internal sealed record Refused(string Noun, string Name, string Where)
{
    public static Refused Command { get; } = new("command", "the command", "are shown with --format json");

    public static Refused StepOf(string target) => new("step", $"the step of target {target}", "are in the binary log: dotnet build -bl");
}
