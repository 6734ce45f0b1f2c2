package dev.kvcachepool.router.tokens;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kvcachepool.router.jinja.Template;
import dev.kvcachepool.router.request.CompletionBody;
import dev.kvcachepool.router.request.Untokenized;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What vLLM makes of a request before its template sees it. */
class ChatPromptsTest {
    private static final String PLAIN =
            "{% for m in messages %}<{{ m.role }}>{{ m.content }}</>{% endfor %}{% if add_generation_prompt %}<assistant>{% endif %}";

    @TempDir
    Path folder;

    @Test
    void textPartsAreLinesOfAContent() throws Exception {
        // Given
        var messages = "[{'role':'user','content':[{'type':'text','text':'a'},{'type':'input_text','text':'b'},'c']},"
                + "{'role':'assistant','content':null}]";

        // When
        var text = text(PLAIN, "'messages':" + messages);

        // Then
        assertThat(text).isEqualTo("<user>a\nb\nc</><assistant></><assistant>");
    }

    @Test
    void aTemplateThatGoesThroughPartsGetsParts() throws Exception {
        // Given
        var template =
                "{% for m in messages %}{% for c in m.content %}[{{ c.type }}:{{ c.text }}]{% endfor %}{% endfor %}";

        // When
        var text = text(template, "'messages':[{'role':'user','content':'a'}]");

        // Then
        assertThat(text).isEqualTo("[text:a]");
    }

    @Test
    void callsArgumentsAreObjectsAndToolsHaveTheirFieldsInOrder() throws Exception {
        // Given
        var template = "{{ tools | tojson }}{% for m in messages %}{{ m.tool_calls[0].function.arguments | tojson }}"
                + "{{ m.reasoning_content }}{% endfor %}";
        var fields = "'tools':[{'function':{'parameters':{'b':1,'a':2},'name':'f','strict':true},'type':'function'}],"
                + "'messages':[{'role':'assistant','reasoning':'why','tool_calls':[{'id':'1','type':'function',"
                + "'function':{'name':'f','arguments':'{\\\"z\\\": 1, \\\"y\\\": [1.5]}'}}]}]";

        // When
        var text = text(template, fields);

        // Then
        assertThat(text)
                .isEqualTo("[{\"type\": \"function\", \"function\": {\"name\": \"f\", \"description\": null, "
                        + "\"parameters\": {\"b\": 1, \"a\": 2}, \"strict\": true}}]{\"z\": 1, \"y\": [1.5]}why");
    }

    @Test
    void theRequestsArgumentsReachTheTemplate() throws Exception {
        // Given
        var template =
                "{{ enable_thinking }} {{ add_generation_prompt }} {{ tools }} {{ documents | tojson }} {{ bos_token }} "
                        + "{{ reasoning_effort }}";
        var fields = "'messages':[],'chat_template_kwargs':{'enable_thinking':false,'add_generation_prompt':false},"
                + "'documents':[{'title':'t'}],'reasoning_effort':'high'";

        // When
        var text = text(template, fields);

        // Then
        assertThat(text).isEqualTo("False False None [{\"title\": \"t\"}] <s> high");
    }

    @Test
    void aMessageThatIsToBeContinuedEndsTheText() throws Exception {
        // Given
        var messages = "'messages':[{'role':'user','content':'a'},{'role':'assistant','content':'Sure, '}],"
                + "'add_generation_prompt':false,'continue_final_message':true";

        // When
        var text = text(PLAIN, messages);
        var trimmed = text(PLAIN.replace("m.content", "m.content | trim"), messages);

        // Then
        assertThat(text).isEqualTo("<user>a</><assistant>Sure, ");
        assertThat(trimmed).isEqualTo("<user>a</><assistant>Sure,");
    }

    @Test
    void whatIsNotOfTextAloneOrIsRefusedSaysSo() {
        // Given
        var image = "'messages':[{'role':'user','content':[{'type':'image_url','image_url':{'url':'x'}}]}]";

        // When, Then
        assertThatThrownBy(() -> text(PLAIN, image)).hasMessageContaining("not of text alone");
        assertThatThrownBy(() -> text(PLAIN, "'messages':'x'")).hasMessageContaining("not of text alone");
        assertThatThrownBy(() -> text(PLAIN, "'messages':[{'content':'x'}]")).hasMessageContaining("not of text alone");
        assertThatThrownBy(() -> text("{{ raise_exception('secret') }}", "'messages':[]"))
                .hasMessage("the chat template refuses the messages");
        assertThatThrownBy(() -> text(PLAIN, "'messages':[],'continue_final_message':true"))
                .hasMessageContaining("refuses");
        assertThatThrownBy(() -> text(PLAIN, "'messages':[],'chat_template_kwargs':{'chat_template':'x'}"))
                .hasMessageContaining("not of text alone");
        assertThat(parse("'messages':[],'chat_template':'{{ x }}'")).isInstanceOf(Untokenized.Unsupported.class);
        assertThat(parse("'messages':[],'prompt':'x'")).isInstanceOf(Untokenized.Unsupported.class);
        assertThat(parse("'prompt':'x','truncate_prompt_tokens':5")).isInstanceOf(Untokenized.Unsupported.class);
        assertThat(parse("'prompt':'x','truncate_prompt_tokens':null")).isEqualTo(new Untokenized.Text("x", true));
        assertThat(parse("'prompt':['x'],'add_special_tokens':false")).isEqualTo(new Untokenized.Text("x", false));
        assertThat(parse("'prompt':['x','y']")).isNull();
    }

    @Test
    void readsAModelsFilesAndNamesTheOneThatIsWrong() throws Exception {
        // Given
        Files.writeString(folder.resolve("tokenizer.json"), TestTokenizers.json("llama3"));
        var config = folder.resolve("tokenizer_config.json");
        Files.writeString(
                config,
                "{\"bos_token\":{\"content\":\"<b>\"},\"eos_token\":\"<e>\",\"chat_template\":"
                        + "[{\"name\":\"default\",\"template\":\"D\"},{\"name\":\"tool_use\",\"template\":\"T\"}]}");

        // When
        var read = ModelFiles.read(folder);

        // Then
        assertThat(read.specialTokens()).isEqualTo(Map.of("bos_token", "<b>", "eos_token", "<e>"));
        assertThat(read.templates()).containsOnlyKeys("default", "tool_use");
        assertThat(prompts(read).text((Untokenized.Chat) parse("'messages':[],'tools':[{'function':{'name':'f'}}]")))
                .isEqualTo("T");
        Files.writeString(folder.resolve("chat_template.jinja"), "{% nope %}");
        assertThatThrownBy(() -> ModelFiles.read(folder)).hasMessageContaining("chat_template.jinja: line 1");
        Files.delete(folder.resolve("chat_template.jinja"));
        Files.writeString(config, "{\"chat_template\":\"{{\"}");
        assertThatThrownBy(() -> ModelFiles.read(folder))
                .hasMessageContaining("tokenizer_config.json: chat_template: line 1");
        Files.writeString(config, "{\"added_tokens_decoder\":{\"9\":{\"content\":\"<x>\"}}}");
        assertThatThrownBy(() -> ModelFiles.read(folder)).hasMessageContaining("added_tokens_decoder has '<x>'");
        Files.writeString(config, "nope");
        assertThatThrownBy(() -> ModelFiles.read(folder)).hasMessageContaining("tokenizer_config.json is no JSON");
        assertThatThrownBy(() -> ModelFiles.read(folder.resolve("none"))).hasMessageContaining("cannot be read");
    }

    private static String text(String template, String fields) throws Exception {
        var model = new ModelFiles("", Map.of("default", Template.parse(template)), Map.of("bos_token", "<s>"));
        return prompts(model).text((Untokenized.Chat) parse(fields));
    }

    private static ChatPrompts prompts(ModelFiles model) {
        return new ChatPrompts(model, Clock.fixed(Instant.EPOCH, ZoneOffset.UTC), 1 << 16);
    }

    private static Untokenized parse(String fields) {
        try {
            var json = ("{'model':'m'," + fields + "}").replace('\'', '"');
            return CompletionBody.parse(json.getBytes(StandardCharsets.UTF_8), 100, true)
                    .untokenized();
        } catch (dev.kvcachepool.router.request.BadRequest e) {
            throw new AssertionError("a body that is refused", e);
        }
    }
}
