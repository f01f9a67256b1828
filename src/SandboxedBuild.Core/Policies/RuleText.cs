using System.Text.Encodings.Web;
using System.Text.Json;
using SandboxedBuild.Sandboxing;

namespace SandboxedBuild.Policies;

/// <summary>Rules as people write them: one line of JSON.</summary>
internal static class RuleText
{
    /// <summary>Tells editors which schema a policy file follows; the schema has it as its <c>$id</c>.</summary>
    public const string Schema = "urn:sandboxedbuild:sandbox.schema.json";

    /// <summary>A rule.</summary>
    /// <param name="target">The target's name, or null.</param>
    /// <param name="project">The glob for the file, as it is written, or null.</param>
    /// <param name="command">The command, or null.</param>
    /// <param name="access">What the rule grants; its paths as they are written.</param>
    public static string Of(string? target, string? project, string? command, StepAccess access)
    {
        var members = new[] { ("target", target), ("project", project), ("command", command) }
            .Where(static member => member.Item2 is not null)
            .Select(static member => $"{Text(member.Item1)}: {Text(member.Item2!)}");
        return $"{{ {string.Join(", ", members.Concat(Members(access)))} }}";
    }

    /// <summary>What goes into a rule so that it grants this.</summary>
    /// <param name="access">What is granted; its paths as they are written.</param>
    public static IEnumerable<string> Members(StepAccess access)
    {
        if (access.Network != NetworkAccess.None)
        {
            yield return $"\"network\": {Text(access.Network.ToString())}";
        }

        if (!access.Paths.IsEmpty)
        {
            yield return $"\"paths\": [ {string.Join(", ", access.Paths.Select(static path => $"{{ \"path\": {Text(path.Path)}, \"access\": {Text(path.Access.ToString())} }}"))} ]";
        }

        if (!access.Environment.IsEmpty)
        {
            yield return $"\"environment\": [ {string.Join(", ", access.Environment.Select(Text))} ]";
        }
    }

    /// <summary>A text of JSON, as it is as far as that goes: a policy file is for people and stands in no web page.</summary>
    public static string Text(string text) => $"\"{JsonEncodedText.Encode(text, JavaScriptEncoder.UnsafeRelaxedJsonEscaping)}\"";
}
