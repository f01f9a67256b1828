namespace SandboxedBuild.Policies;

/// <summary>What a redirection does.</summary>
public enum RedirectionKind
{
    /// <summary><c>&lt;</c>.</summary>
    Input,

    /// <summary><c>&gt;</c>, and <c>&gt;|</c>, which differs only under <c>set -C</c>.</summary>
    Output,

    /// <summary><c>&gt;&gt;</c>.</summary>
    Append,

    /// <summary><c>&lt;&gt;</c>.</summary>
    InputOutput,

    /// <summary><c>&lt;&amp;</c> or <c>&gt;&amp;</c>, with a digit, or with <c>-</c> to close.</summary>
    Duplicate,

    /// <summary><c>&lt;&lt;</c> or <c>&lt;&lt;-</c>; the target is the delimiter.</summary>
    HereDocument,
}

/// <summary>A redirection of a shell script.</summary>
/// <param name="Kind">What it does.</param>
/// <param name="Descriptor">The digit before the operator, or null for the operator's own default.</param>
/// <param name="Target">The word after the operator.</param>
public sealed record Redirection(RedirectionKind Kind, int? Descriptor, ShellWord Target)
{
    /// <summary>Whether a file is opened by its name.</summary>
    public bool OpensFile => Kind is not (RedirectionKind.Duplicate or RedirectionKind.HereDocument);

    /// <summary>Whether it leads to <c>/dev/null</c>.</summary>
    public bool IsToNothing => Target is { IsLiteral: true, Text: "/dev/null" };

    /// <summary>Whether a file may be made or changed.</summary>
    public bool WritesFile => OpensFile && Kind != RedirectionKind.Input && !IsToNothing;
}
