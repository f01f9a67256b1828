using System.Text;
using SandboxedBuild.Diagnostics;

namespace SandboxedBuild.Policies;

/// <summary>A rule that is to be in a policy file.</summary>
/// <param name="File">The file's full path.</param>
/// <param name="Before">The file's bytes; null when there is none.</param>
/// <param name="After">The text with the rule; null when no other is needed or possible.</param>
/// <param name="Rule">The rule, with its place in the new text.</param>
/// <param name="Present">The rule of the file that means the same steps; null when there is none.</param>
/// <param name="First">A rule before it that means the same steps and more, and grants something else; null when there is none.</param>
internal sealed record RuleAddition(string File, byte[]? Before, string? After, AllowRule Rule, AllowRule? Present, AllowRule? First)
{
    private static readonly UTF8Encoding s_strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>What adding a rule would do. Nothing is written.</summary>
    /// <param name="file">The policy file.</param>
    /// <param name="rule">The rule, as JSON.</param>
    /// <param name="scope">What its paths are relative to.</param>
    /// <exception cref="FormatException">It is no rule; the message says why.</exception>
    /// <exception cref="SandboxException">The file is not in the form of a policy.</exception>
    public static RuleAddition Of(string file, string rule, PolicyScope scope)
    {
        var wanted = PolicyReader.ReadRule(rule, scope);
        var before = Path.Exists(file) ? PolicyFiles.Bytes(file) : null;
        var old = before is null ? new PolicyFile(file, []) : PolicyReader.Read(file, before, scope);
        if (old.Allow.FirstOrDefault(wanted.MeansTheSameAs) is { } present)
        {
            return new(file, before, After: null, wanted, present, First: null);
        }

        var text = before is null ? PolicyEditor.New(rule) : PolicyEditor.Add(Text(file, before), rule);
        var added = PolicyReader.Read(file, s_strict.GetBytes(text), scope).Allow;
        return added.Length == old.Allow.Length + 1 && added[^1] is var last && last.MeansTheSameAs(wanted) && last.Grants == wanted.Grants
            ? new(file, before, text, last, Present: null, old.Allow.FirstOrDefault(other => other.Covers(wanted) && other.Grants != wanted.Grants))
            : throw InputDiagnostics.InvalidPolicy(file, 0, 0, $"the rule cannot be put into it; add it to \"allow\" yourself: {rule}").AsException();
    }

    private static string Text(string file, byte[] bytes)
    {
        try
        {
            return s_strict.GetString(bytes);
        }
        catch (DecoderFallbackException e)
        {
            throw InputDiagnostics.InvalidPolicy(file, 0, 0, $"it is not UTF-8 (byte {e.Index})").AsException();
        }
    }
}
