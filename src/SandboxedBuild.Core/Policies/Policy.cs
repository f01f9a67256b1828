using System.Collections.Immutable;
using System.Text.Json;
using SandboxedBuild.Diagnostics;

namespace SandboxedBuild.Policies;

/// <summary>The rules of a policy file.</summary>
/// <param name="File">The file's full path, whether it exists or not.</param>
/// <param name="Allow">The rules, in order.</param>
public sealed record Policy(string File, ImmutableArray<AllowRule> Allow)
{
    /// <summary>The name that is looked for in a project's directory and above.</summary>
    public const string FileName = "sandbox.json";

    /// <summary>
    /// Reads the policy that applies to a project: the file that was named, else the nearest <c>sandbox.json</c> in its directory or
    /// above; without one, a policy without rules, for the file that would be made in <paramref name="root"/>.
    /// </summary>
    /// <exception cref="SandboxException">The file cannot be read or is not in the form of a policy.</exception>
    public static Policy For(string projectDirectory, string? namedFile, string root)
    {
        if (namedFile is not null)
        {
            return Read(Path.GetFullPath(namedFile, projectDirectory));
        }

        for (var directory = projectDirectory; directory is not null; directory = Path.GetDirectoryName(directory))
        {
            if (Path.Combine(directory, FileName) is var file && System.IO.File.Exists(file))
            {
                return Read(file);
            }
        }

        return new(Path.Combine(root, FileName), []);
    }

    /// <summary>The first rule that admits a step, or null.</summary>
    public AllowRule? RuleFor(StepIdentity step) => Allow.FirstOrDefault(rule => rule.Admits(step, Path.GetDirectoryName(File)!));

    /// <summary>The rule, as it would be written, that admits exactly this step.</summary>
    public string RuleToAdd(StepIdentity step)
    {
        var project = step.RelativeTo(Path.GetDirectoryName(File)!);
        return $"{{ \"target\": {Quote(step.Target)}, \"project\": {Quote(project)} }}";

        static string Quote(string text) => JsonSerializer.Serialize(text, PolicyJson.Default.String);
    }

    /// <summary>What stops the step, or null when a rule or an approval of all lets it run.</summary>
    public Diagnostic? Refusal(StepIdentity step, GateDecision withoutRule) =>
        withoutRule == GateDecision.Approve || RuleFor(step) is not null
            ? null
            : step.RelativeTo(Path.GetDirectoryName(File)!).StartsWith("../", StringComparison.Ordinal)
                ? InputDiagnostics.CannotBeAllowed(step.Target, step.File, File)
                : InputDiagnostics.NotAllowed(step.Target, step.File, RuleToAdd(step), File);

    private static Policy Read(string file)
    {
        try
        {
            return PolicyReader.Read(file, System.IO.File.ReadAllBytes(file));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw InputDiagnostics.InvalidPolicy(file, 0, 0, e.Message).AsException();
        }
    }
}
