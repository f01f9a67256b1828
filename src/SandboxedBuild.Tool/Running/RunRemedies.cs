using SandboxedBuild.Policies;
using SandboxedBuild.Violations;

namespace SandboxedBuild.Tool.Running;

/// <summary>What to do about what was refused to a command of <c>run</c>, in the words of its options: first what needs none, then the narrowest that is enough.</summary>
internal static class RunRemedies
{
    private const string Elsewhere = "Write below a root instead, or to $TMPDIR, which is empty and thrown away";

    /// <summary>The same with a remedy of <c>run</c>.</summary>
    public static Violation Reworded(Violation violation) => violation with
    {
        Remedy = violation.Kind switch
        {
            ViolationKind.Write => OfWrite(violation),
            ViolationKind.Protected => "Other programs obey such files outside of the sandbox, so that no command changes them in it; change it yourself",
            ViolationKind.Read => $"If the command may read it: --read-only {ShellQuoting.Quote(violation.Subject)}",
            ViolationKind.Network => "If the command may use the host's network: --network host",
            _ => "It is refused to every command in a sandbox",
        },
    };

    private static string OfWrite(Violation violation)
    {
        var path = violation.Subject;
        return path.Length == 0 || violation.Removes || !ShownPaths.MayWriteOnHost(path) ? Elsewhere
            : $"{Elsewhere}. Or, if the command may change it for good, for nothing catches such a write, {(Path.Exists(path) ? "add" : "make it first, as a file or a directory, and add")} --read-write {ShellQuoting.Quote(path)}";
    }
}
