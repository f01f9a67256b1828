using SandboxedBuild.Sandboxing;
using SandboxedBuild.Tracing;
using SandboxedBuild.Violations;

namespace SandboxedBuild.Core.Tests;

/// <summary>A repository to work in, a directory beside it that is shown read-only, and one that is not shown; the program "generate" is in that one.</summary>
internal sealed class ViolationScene : IDisposable
{
    private readonly TemporaryTree _tree = new()
    {
        ["file"] = "text\n",
        ["directory/inner"] = "text\n",
        ["main.c"] = "int main(void) { return 0; }\n",
        ["broken.c"] = "int main(void) { return }\n",
        ["include.c"] = "#include \"header.h\"\n",
        ["change.patch"] = "--- there\n+++ there\n@@ -1 +1 @@\n-text\n+other\n",
        ["sandbox.json"] = "{}\n",
        ["work/Makefile"] = "all:\n\techo text > $(OUT)\n",
        ["tool/Makefile"] = "all:\n\tgenerate --all\n",
    };

    private readonly Isolation _isolation;

    public ViolationScene(Isolation isolation)
    {
        _isolation = isolation;
        foreach (var directory in new[] { ReadOnly, Unseen })
        {
            Shell.Run(_tree.Surroundings, $"mkdir -p '{directory}/directory' && cd '{directory}' && touch directory/inner header.h && echo text | tee there main.js > main.c && echo '{{}}' > package.json && printf '#!/bin/sh\\n' > generate && chmod +x generate");
        }

        Shell.Run(_tree.Root, "git init -q && tar -cf archive.tar file directory");
    }

    public string Root => _tree.Root;

    public string ReadOnly => _tree.Beside("ro");

    public string Unseen => _tree.Beside("unseen");

    /// <summary>A command with the names of the places put in.</summary>
    public string Fill(string command) => command.Replace("{tree}", Root, StringComparison.Ordinal).Replace("{ro}", ReadOnly, StringComparison.Ordinal).Replace("{unseen}", Unseen, StringComparison.Ordinal);

    /// <summary>Kind and subject of a violation, with the names taken out again.</summary>
    public string Describe(Violation violation) =>
        $"{violation.Kind} {violation.Subject.Replace(ReadOnly, "{ro}", StringComparison.Ordinal).Replace(Unseen, "{unseen}", StringComparison.Ordinal).Replace(Root, "{tree}", StringComparison.Ordinal)}";

    /// <summary>Runs a command, and judges what it has printed.</summary>
    public (StepOutcome Outcome, IReadOnlyList<Violation> Violations) Run(string command)
    {
        using var sandbox = Sandbox.Over(_tree).In(_isolation);
        var plan = Plan(sandbox, command);
        var outcome = sandbox.RunPlan(plan);
        var complaints = new Complaints();
        foreach (var line in (outcome.Output + outcome.Error).Split('\n'))
        {
            complaints.Hear(line);
        }

        return (outcome, complaints.Judge(plan));
    }

    /// <summary>Runs a command that is traced, and judges what was seen.</summary>
    public (StepOutcome Outcome, IReadOnlyList<Violation> Violations) Trace(string command)
    {
        using var sandbox = Sandbox.Over(_tree).In(_isolation);
        var plan = Plan(sandbox, command);
        var outcome = sandbox.RunPlan(plan, tracer: Tracer.Find(Callers.With()));
        return (outcome, outcome.Status.ExitCode is { } exitCode ? TraceJudge.Judge(outcome.Trace!, plan, exitCode != 0, sandbox.Request([]).Home) : []);
    }

    public void Dispose() => _tree.Dispose();

    private SandboxPlan Plan(Sandbox sandbox, string command)
    {
        var request = sandbox.Request(["/bin/sh", "-c", Fill(command)]);
        return PlanBuilder.Build(request with
        {
            Environment = request.Environment.And("PATH", $"{Unseen}:{request.Environment.Value("PATH")}"),
            Paths = [new(ReadOnly, MountAccess.ReadOnly)],
        });
    }
}
