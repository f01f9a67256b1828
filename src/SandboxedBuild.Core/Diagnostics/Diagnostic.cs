namespace SandboxedBuild.Diagnostics;

/// <summary>Something that a person has to know: what, why, and what to do next. Each has a page <c>docs/diagnostics/CODE.md</c>.</summary>
/// <param name="Code"><c>SBX</c> and four digits: 1 environment, 2 input, 3 execution, 4 changes, 6 reports.</param>
/// <param name="Message">One or more sentences, without the code.</param>
public sealed record Diagnostic(string Code, string Message)
{
    /// <summary>Whether the build can go on.</summary>
    public bool IsWarning { get; init; }

    /// <summary>Whether the host is to blame, or what became of the sandbox there, and not what was asked for.</summary>
    internal bool IsAboutHost => Code[3] is '1' or '3';

    /// <summary>The file that it is about, or null.</summary>
    public string? File { get; init; }

    /// <summary>The line in <see cref="File"/>, from 1; 0 for none.</summary>
    public int Line { get; init; }

    /// <summary>The column in <see cref="Line"/>, from 1; 0 for none.</summary>
    public int Column { get; init; }

    internal SandboxException AsException() => new(this);
}
