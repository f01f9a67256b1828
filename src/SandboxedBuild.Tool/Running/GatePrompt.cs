using SandboxedBuild.Policies;
using SandboxedBuild.Tool.Output;

namespace SandboxedBuild.Tool.Running;

/// <summary>Puts the gate's question to the person at the terminal.</summary>
internal static class GatePrompt
{
    /// <summary>The answer. A person who goes away (Ctrl-D, a closed terminal) has not said yes.</summary>
    public static GateAnswer Ask(ToolHost host, GateQuestion question, CancellationToken cancellation)
    {
        var notes = host.Notes;
        notes.Line();
        notes.Line("The build asks to run a step that no rule allows.", Ink.Bold);
        Tell("project", question.Project);
        Tell("target", $"{question.Target}, in {question.File}");
        question.Command.Split('\n').Index().ToList().ForEach(line => Tell(line.Index == 0 ? "command" : string.Empty, line.Item));
        question.Grants.Index().ToList().ForEach(grant => Tell(grant.Index == 0 ? "with" : string.Empty, grant.Item));
        return Prompt.Ask(host, "Run it in the sandbox?", ["[o]nce", "[a]lways", "[n]o"], cancellation) switch
        {
            'o' => GateAnswer.Once,
            'a' => GateAnswer.Always,
            _ => GateAnswer.No,
        };

        void Tell(string word, string text) => notes.Line(($"  {word,-9}", Ink.Faint), (text, Ink.Plain));
    }
}
