using SandboxedBuild.Policies;

namespace SandboxedBuild.Core.Tests;

/// <summary>What is known of a script. Commands are shown one a line: assignments, words in brackets, redirections.</summary>
internal sealed class ShellScriptTests
{
    [TestCase("", "")]
    [TestCase("# nothing", "")]
    [TestCase("\n\n ls\n", "[ls]")]
    [TestCase("ls -l  'a b' \"c d\" e\\ f", "[ls] [-l] [a b] [c d] [e f]")]
    [TestCase("a'b'\"c\"\\d", "[abcd]")]
    [TestCase("echo '' \"\"", "[echo] [] []")]
    [TestCase("echo \"a\\$b \\\\ \\x \\\"\"", "[echo] [a$b \\ \\x \"]")]
    [TestCase("echo 'a\\'b", "[echo] [a\\b]")]
    [TestCase("echo 'a\nb' c", "[echo] [a\nb] [c]")]
    [TestCase("echo a#b # c ; d", "[echo] [a#b]")]
    [TestCase("a;b&c&&d||e|f\ng", "[a] / [b] / [c] / [d] / [e] / [f] / [g]")]
    [TestCase("a &", "[a]")]
    [TestCase("a ';' \\; \"&&\" \\|", "[a] [;] [;] [&&] [|]")]
    [TestCase("a &&\n\n b |\n c", "[a] / [b] / [c]")]
    [TestCase("a \\\n b\\\n c \\\n# d", "[a] [b] [c]")]
    [TestCase("echo \"a\\\nb\"", "[echo] [ab]")]
    [TestCase("! a | b", "[a] / [b]")]
    [TestCase("(a; b) && { c; d; }", "[a] / [b] / [c] / [d]")]
    [TestCase("( ( a ) )", "[a]")]
    [TestCase("{\na\n}", "[a]")]
    [TestCase("(a) >f 2>&1", "[a] / >f 2>&1")]
    [TestCase("a } {", "[a] [}] [{]")]
    [TestCase("echo if ! for", "[echo] [if] [!] [for]")]
    [TestCase("A=b C='d e' f G=h", "A=b C=d e [f] [G=h]")]
    [TestCase("A=b", "A=b")]
    [TestCase("A=", "A=")]
    [TestCase("a >f 2>>g <h 3<>i >|j 2>&1 <&- >&-", "[a] >f 2>>g <h 3<>i >j 2>&1 >&- >&-")]
    [TestCase(">f a b", "[a] [b] >f")]
    [TestCase("a b2>f \"2\">f \\2>f 2 >f", "[a] [b2] [2] [2] [2] >f >f >f >f")]
    [TestCase(">f", ">f")]
    [TestCase("a <<E b\nx $(\nE\nc", "unknown: command substitution at line 2, column 3")]
    [TestCase("a <<'E' b\nx $( ` \\\nE\nc", "[a] [b] <<E / [c]")]
    [TestCase("a <<E b; c\nx $X ${Y} \\$( \\` $ $1 \"$'\nE\nd", "[a] [b] <<E / [c] / [d]")]
    [TestCase("a <<E <<F\n1\nE\n2\nF\nb", "[a] <<E <<F / [b]")]
    [TestCase("a <<-E\n\tx\n\tE\nb", "[a] <<E / [b]")]
    [TestCase("a <<E &&\nx\nE\nb", "[a] <<E / [b]")]
    [TestCase("(a <<E)\nx\nE", "[a] <<E")]
    [TestCase("a <<\\E\n$(\nE", "[a] <<E")]
    [TestCase("echo $A ${B} \"$C\" x\"${D}\"y \"$@\" $1 a$?b", "[echo] *$A* *${B}* ?\"$C\"? ?x\"${D}\"y? *\"$@\"* *$1* *a$?b*")]
    [TestCase("echo $ a$ \"b$\" '$(x)' \\$x \"\\`\"", "[echo] [$] [a$] [b$] [$(x)] [$x] [`]")]
    [TestCase("ls * a? [ab] '*' \\* \"?\"", "[ls] *** *a?* *[ab]* [*] [*] [?]")]
    [TestCase("[ -f a ]", "[[] [-f] [a] []]")]
    [TestCase("ls ~ ~/a b=~ HEAD~1 '~' \\~", "[ls] ?~? ?~/a? ?b=~? [HEAD~1] [~] [~]")]
    [TestCase("A=$B c", "A=$B(unknown) [c]")]
    [TestCase("a > $F", "[a] >$F(unknown)")]
    [TestCase("echo ü 日本 😀", "[echo] [ü] [日本] [😀]")]
    [TestCase("find . -name {}", "[find] [.] [-name] [{}]")]
    [TestCase("env A=b xargs sh -c 'x; y'", "[env] [A=b] [xargs] [sh] [-c] [x; y]")]
    public void A_script_is_known(string script, string expected) => Assert.That(Shown(ShellScript.Read(script)), Is.EqualTo(expected));

    [TestCase("echo hello $(id)", "command substitution at line 1, column 12")]
    [TestCase("echo \"$(id)\"", "command substitution at line 1, column 7")]
    [TestCase("a\n  `b`", "command substitution at line 2, column 3")]
    [TestCase("echo \"`b`\"", "command substitution")]
    [TestCase("A=$(b)", "command substitution")]
    [TestCase("echo $((1))", "arithmetic expansion")]
    [TestCase("echo ${A:-b}", "a parameter expansion that is more than a name")]
    [TestCase("echo ${A:=$(b)}", "a parameter expansion that is more than a name")]
    [TestCase("echo \"${#A}\"", "a parameter expansion that is more than a name")]
    [TestCase("echo $'a'", "a dollar sign that shells read differently")]
    [TestCase("echo $\"a\"", "a dollar sign that shells read differently")]
    [TestCase("echo $[1]", "a dollar sign that shells read differently")]
    [TestCase("echo \"$\\\n(id)\"", "a dollar sign that shells read differently")]
    [TestCase("$A b", "a command whose name is not known")]
    [TestCase("\"$A\" b", "a command whose name is not known")]
    [TestCase("$A", "a command whose name is not known")]
    [TestCase("a; l? b", "a command whose name is not known before the script runs at line 1, column 4")]
    [TestCase("A=b ~/c", "a command whose name is not known")]
    [TestCase("eval ls", "\"eval\", which changes what follows, at line 1, column 1")]
    [TestCase("eval ls >f", "\"eval\"")]
    [TestCase(">f eval ls", "\"eval\"")]
    [TestCase("'eval' ls", "\"eval\"")]
    [TestCase("ev\"al\" ls", "\"eval\"")]
    [TestCase("A=b eval ls", "\"eval\"")]
    [TestCase(". ./f", "\".\"")]
    [TestCase("source f", "\"source\"")]
    [TestCase("exec ls", "\"exec\"")]
    [TestCase("exec 3>f", "\"exec\"")]
    [TestCase("alias ls=rm", "\"alias\"")]
    [TestCase("set -- a", "\"set\"")]
    [TestCase("trap ls EXIT", "\"trap\"")]
    [TestCase("unset -f ls", "\"unset\"")]
    [TestCase("export PATH=.", "\"export\"")]
    [TestCase("command ls", "\"command\"")]
    [TestCase("PATH=. :", "an assignment that outlasts \":\"")]
    [TestCase("printf -v PATH x", "\"printf\" into a variable")]
    [TestCase("printf $A", "\"printf\" into a variable")]
    [TestCase("test -v 'a[$(b)]'", "a test of a variable")]
    [TestCase("if a; then b; fi", "the reserved word \"if\"")]
    [TestCase("for a in b; do c; done", "the reserved word \"for\"")]
    [TestCase("while a; do b; done", "the reserved word \"while\"")]
    [TestCase("case a in b) c;; esac", "the reserved word \"case\"")]
    [TestCase("a | ! b", "the reserved word \"!\"")]
    [TestCase("! ! a", "the reserved word \"!\"")]
    [TestCase("[[ a ]]", "a command whose name")]
    [TestCase("time ls", "the reserved word \"time\"")]
    [TestCase("function f", "the reserved word \"function\"")]
    [TestCase("ls() { rm; }", "an unexpected \"(\" at line 1, column 3")]
    [TestCase("ls () { rm; }", "an unexpected \"(\"")]
    [TestCase("((a))", "an arithmetic command")]
    [TestCase("a <(b)", "process substitution")]
    [TestCase("a >(b)", "process substitution")]
    [TestCase("a <<<b", "a here-string")]
    [TestCase("a &>b", "\"&>\"")]
    [TestCase("a |& b", "\"|&\"")]
    [TestCase("a >&b", "\">&\" with more than a digit")]
    [TestCase("a >&2-", "\">&\" with more than a digit")]
    [TestCase("a >&$b", "\">&\" with more than a digit")]
    [TestCase("a 12>b", "a descriptor of more than one digit")]
    [TestCase("a {b}>c", "a descriptor of more than one digit")]
    [TestCase("a {b,c}", "brace expansion")]
    [TestCase("a {1..3}", "brace expansion")]
    [TestCase("{a;}", "a command named \"{a\"")]
    [TestCase("a{b c", "a command named \"a{b\"")]
    [TestCase("A+=b", "a command named \"A+=b\"")]
    [TestCase("A[0]=b", "a command whose name")]
    [TestCase("\"A\"=b c", "a command named \"A=b\"")]
    [TestCase("a 'b", "a quote without an end at line 1, column 3")]
    [TestCase("a \"b", "a quote without an end")]
    [TestCase("a \\", "a backslash at the end")]
    [TestCase("a;;b", "\";;\"")]
    [TestCase("; a", "an unexpected \";\"")]
    [TestCase("a & & b", "an unexpected \"&\"")]
    [TestCase("a | | b", "an unexpected \"|\"")]
    [TestCase("a &&", "an unexpected end")]
    [TestCase("a |", "an unexpected end")]
    [TestCase("!", "an unexpected")]
    [TestCase("()", "an unexpected \")\"")]
    [TestCase("( )", "an unexpected \")\"")]
    [TestCase("(a", "an unexpected end")]
    [TestCase("a)", "an unexpected \")\"")]
    [TestCase("(a) b", "an unexpected \"b\"")]
    [TestCase("{ a }", "an unexpected end")]
    [TestCase("{ (a) }", "an unexpected \"}\"")]
    [TestCase("a >", "an unexpected end")]
    [TestCase("a > > b", "an unexpected \">\"")]
    [TestCase("a > #b", "an unexpected end")]
    [TestCase("a <<E", "a here-document without a body")]
    [TestCase("a <<E\nb", "a here-document without an end")]
    [TestCase("a <<E\nb\\\nE\nE", "a joined line in a here-document")]
    [TestCase("a <<$E\n$E", "the delimiter of a here-document")]
    [TestCase("a <<''\n\n", "the delimiter of a here-document")]
    [TestCase("a <<E 'b\nc'\nE", "a word of several lines before the body of a here-document")]
    [TestCase("a <<E \\\nb\nE", "a joined line")]
    [TestCase("a\\\nb", "a joined line")]
    [TestCase("a &\\\n& b", "a joined line")]
    [TestCase("a \\\n", "a joined line")]
    [TestCase("a &#b", "a comment straight after an operator")]
    [TestCase("a\rb", "the character U+000D at line 1, column 2")]
    [TestCase("a\0b", "the character U+0000")]
    [TestCase("a\u00a0b", "the character U+00A0")]
    [TestCase("a\u2028b", "the character U+2028")]
    [TestCase("a '\u202e' b", "the character U+202E")]
    [TestCase("\ufeffa", "the character U+FEFF")]
    [TestCase("a\u001bb", "the character U+001B")]
    [TestCase("a\u0085b", "the character U+0085")]
    [TestCase("a\u000bb", "the character U+000B")]
    public void A_script_is_not_known(string script, string reason)
    {
        var read = ShellScript.Read(script);
        Assert.That(read.Unknown?.ToString(), Does.StartWith(reason), Shown(read));
        Assert.That(read.Commands, Is.Empty);
    }

    [Test]
    public void Half_a_character_is_not_known() => A_script_is_not_known($"a{(char)0xd800}b", "the character U+D800");

    [Test]
    public void Deep_nesting_is_no_end_of_the_stack() =>
        Assert.That(ShellScript.Read(string.Concat(Enumerable.Repeat("( ", 100_000))).Unknown?.Reason, Is.EqualTo("deeper nesting than is read"));

    [Test]
    public void A_command_knows_where_it_stands()
    {
        var second = ShellScript.Read("a\n  b | c").Commands[2];
        Assert.That((second.Line, second.Column), Is.EqualTo((2, 7)));
    }

    private static string Shown(ShellScript script) =>
        script.Unknown is { } unknown ? $"unknown: {unknown}" : string.Join(" / ", script.Commands.Select(Shown));

    private static string Shown(SimpleCommand command) => string.Join(' ', [
        .. command.Assignments.Select(static assignment => $"{assignment.Name}={assignment.Value.Text}{Mark(assignment.Value)}"),
        .. command.Words.Select(static word => word.Kind switch { WordKind.Literal => $"[{word.Text}]", WordKind.OneWord => $"?{word.Text}?", _ => $"*{word.Text}*" }),
        .. command.Redirections.Select(static redirection => $"{redirection.Descriptor}{Sign(redirection.Kind)}{redirection.Target.Text}{Mark(redirection.Target)}")]);

    private static string Mark(ShellWord word) => word.IsLiteral ? "" : "(unknown)";

    private static string Sign(RedirectionKind kind) => kind switch
    {
        RedirectionKind.Input => "<",
        RedirectionKind.Output => ">",
        RedirectionKind.Append => ">>",
        RedirectionKind.InputOutput => "<>",
        RedirectionKind.Duplicate => ">&",
        _ => "<<",
    };
}
